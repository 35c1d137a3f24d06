import { type GatewayError, toGatewayError } from '../errors.ts';
import type { AnswerJudge, Exchange } from '../exchange.ts';
import { type FieldLines, firstValue } from '../fields.ts';
import { quoted } from '../http1/refusal.ts';
import { isTarget, redirectLocally } from '../local-redirect.ts';
import { Route } from '../router/route.ts';
import { carriedOf } from './carried.ts';
import type { Direction } from './direction.ts';
import { refusedDirection } from './refusal.ts';
import type { Way } from './way.ts';

const URL_FORM = /^http:\/\/([^/?#]+)(\/[^#]*)?$/i;

/** What a client sends about itself is not for a storage; nor is what it says of the page that it asked the application for. */
const PRIVATE = /^(?:authorization|cookie|if-[^:]*): [^\r]*\r\n/gim;

/** Whole, or the part that was asked for. */
const GOOD = new Set([200, 206, 416]);

/** Where one of the URLs leads. */
interface Place {
  readonly route: Route;
  readonly authority: string;
  readonly target: string;
}

/** Fetches a body for an exchange from one URL after the other, until one is good. */
export class Fetch implements AnswerJudge {
  readonly #from: Route;
  readonly #urls: readonly string[];
  readonly #size: number | undefined;
  readonly #fields: FieldLines;
  readonly #way: Way;
  /** The next of the URLs. */
  #next = 0;
  /** Why the last one was not good. */
  #failure = 'X-Reproxy-URL names nothing';

  constructor(
    from: Route,
    { urls, size }: Extract<Direction, { kind: 'fetch' }>,
    fields: FieldLines,
    way: Way,
  ) {
    this.#from = from;
    this.#urls = urls;
    this.#size = size;
    this.#fields = fields;
    this.#way = way;
  }

  /** Throws GatewayError when no URL is left. */
  begin(exchange: Exchange): void {
    if (this.#size !== undefined && !Number.isSafeInteger(this.#size))
      throw refusedDirection('X-Reproxy-Expected-Size is no number of bytes');
    const { editor } = exchange;
    redirectLocally(exchange, '/');
    exchange.editor = editor;
    exchange.fields = exchange.fields.replace(PRIVATE, '');
    exchange.carried = carriedOf(this.#fields);
    this.#tryNext(exchange);
  }

  accepts({ method }: Exchange, status: number, fields: FieldLines, bodyLength: number | undefined): boolean {
    const url = quoted(this.#urls[this.#next - 1]!);
    if (!GOOD.has(status)) {
      this.#failure = `${url} was answered ${status}`;
      return false;
    }
    const whole = (method === 'HEAD' ? undefined : bodyLength) ?? lengthOf(fields);
    const size = status === 200 ? whole : totalOf(fields);
    if (this.#size === undefined || size === this.#size) return true;
    this.#failure = `${url} has ${size ?? 'an unknown number of'} bytes, and ${this.#size} were expected`;
    return false;
  }

  turnedDown(exchange: Exchange): void {
    try {
      this.#tryNext(exchange);
    } catch (thrown) {
      exchange.judge = null;
      exchange.fail(toGatewayError(thrown));
    }
  }

  rescues(exchange: Exchange, { kind, message, row }: GatewayError): boolean {
    if (row.source === 'client' || row.source === 'gateway' || kind === 'shutting_down') return false;
    if (this.#next >= this.#urls.length) return false;
    this.#failure = message;
    this.turnedDown(exchange);
    return true;
  }

  #tryNext(exchange: Exchange): void {
    for (;;) {
      const url = this.#urls[this.#next++];
      if (url === undefined) throw refusedDirection(`nothing could be fetched: ${this.#failure}`);
      const place = this.#placeOf(url);
      if (place === undefined) continue;
      exchange.target = place.target;
      exchange.host = place.authority;
      exchange.judge = this;
      this.#way.enter(exchange, place.route);
      return;
    }
  }

  /** The pool that a URL names, or that has a backend there; undefined: it is none that may be fetched from. */
  #placeOf(url: string): Place | undefined {
    const [, authority, target = '/'] = URL_FORM.exec(url) ?? [];
    if (authority === undefined || !isTarget(target)) {
      this.#failure = `${quoted(url)} is no URL such as http://POOL/PATH`;
      return undefined;
    }
    const { reproxyPools } = this.#from.pool.config.directs;
    for (const name of reproxyPools) {
      const pool = this.#way.poolOf(name);
      const isNamed = name === authority;
      if (pool !== undefined && (isNamed || pool.config.backends.some(backend => isAt(backend, authority))))
        return { route: new Route(pool, ''), authority: isNamed ? '' : authority, target };
    }
    this.#failure = `${quoted(url)} is in none of reproxy-pools: ${reproxyPools.join(', ')}`;
    return undefined;
  }
}

function isAt({ host, port }: { readonly host: string; readonly port: number }, authority: string): boolean {
  const written = host.includes(':') ? `[${host}]` : host;
  return authority === `${written}:${port}` || (port === 80 && authority === written);
}

/** The Content-Length of an answer without a body, as one to HEAD is. */
function lengthOf(fields: FieldLines): number | undefined {
  const value = firstValue(fields, 'content-length');
  return value === undefined ? undefined : Number(value);
}

/** The whole length of which a part was sent (RFC 9110, 14.4). */
function totalOf(fields: FieldLines): number | undefined {
  const total = /\/(\d+)$/.exec(firstValue(fields, 'content-range') ?? '')?.[1];
  return total === undefined ? undefined : Number(total);
}
