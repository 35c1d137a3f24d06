import type { RouteConfig } from '../config/config.ts';
import { GatewayError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import { quoted } from '../http1/refusal.ts';
import { parseTemplate, type Template } from '../rewrite/template.ts';
import { answerInOwnWords } from './answer-in-own-words.ts';
import { partedBehindHost } from './behind-host.ts';
import { escaping } from './escaping.ts';
import { hostLocation, namesHost, pathLocation } from './location.ts';
import { isBodiless, writeAnswer } from './write-answer.ts';

/** A route that answers by itself. */
export interface AnsweringRoute {
  readonly name: string;
  /** Gives the answer; may throw GatewayError. */
  answer(exchange: Exchange): void;
}

/** What a route comes to that leads to no pool; throws TemplateError for a text that is no template. */
export function ownRouteOf({ name, action }: Pick<RouteConfig, 'name' | 'action'>): AnsweringRoute {
  if (action.kind === 'pool') throw new Error(`route ${name} leads to a pool`);
  if (action.kind === 'redirect') return new Redirect(name, action.status, action.location);
  if (action.body === '') return new Refusal(name, action.status);
  return new Response(name, action.status, action.body, action.type);
}

/** Sends clients elsewhere. */
class Redirect implements AnsweringRoute {
  readonly name: string;
  readonly #status: number;
  readonly #location: Template;
  /** What stands behind the host, which `location` ends with then; null: that is not parted from it. */
  readonly #rest: Template | null;
  readonly #anyHost: boolean;

  constructor(name: string, status: number, location: string) {
    this.name = name;
    this.#status = status;
    const [host, rest] = partedBehindHost(location) ?? [location];
    this.#location = parseTemplate(host);
    this.#rest = rest === undefined ? null : parseTemplate(rest);
    this.#anyHost = namesHost(location);
  }

  answer(exchange: Exchange): void {
    answerInOwnWords(exchange, this.#status, `Location: ${this.#locationFor(exchange)}\r\n`);
  }

  #locationFor(exchange: Exchange): string {
    const text = this.#text(exchange);
    const location = this.#anyHost ? hostLocation(text) : pathLocation(text);
    if (location === undefined) {
      throw new GatewayError(
        'http_request_error',
        `route ${this.name} redirects to ${quoted(text)}, which ${this.#anyHost ? 'names no host' : 'is no path'}`,
      );
    }
    // A query that is not there leaves its question mark behind.
    return location.endsWith('?') ? location.slice(0, -1) : location;
  }

  #text(exchange: Exchange): string {
    const text = this.#location.expandUrl(exchange);
    return this.#rest === null ? text : text + asPath(this.#rest.expandUrl(exchange));
  }
}

/** What follows a host, as a path if it is none: it must not make another host of it. */
function asPath(text: string): string {
  return text === '' || /^[/?#]/.test(text) ? text : `/${text}`;
}

/** Answers with a text of the configuration. */
class Response implements AnsweringRoute {
  readonly name: string;
  readonly #status: number;
  readonly #type: string;
  readonly #template: Template;
  readonly #escape: (value: string) => string;
  /** Null: it is not the same for every request. */
  readonly #body: Buffer | null;

  constructor(name: string, status: number, body: string, type: string) {
    this.name = name;
    this.#status = status;
    this.#type = type;
    this.#template = parseTemplate(body, 9, true);
    this.#escape = escaping(type);
    const { constant } = this.#template;
    this.#body = constant === undefined ? null : Buffer.from(constant, 'latin1');
  }

  answer(exchange: Exchange): void {
    if (isBodiless(this.#status)) {
      writeAnswer(exchange, this.#status, '', []);
      return;
    }
    const body = this.#body ?? Buffer.from(this.#template.expandEscaped(exchange, this.#escape), 'latin1');
    writeAnswer(exchange, this.#status, `Content-Type: ${this.#type}\r\n`, [body]);
  }
}

/** Answers with a status alone. */
class Refusal implements AnsweringRoute {
  readonly name: string;
  readonly #status: number;

  constructor(name: string, status: number) {
    this.name = name;
    this.#status = status;
  }

  answer(exchange: Exchange): void {
    const fields = this.#status >= 400 ? 'Cache-Control: no-store\r\n' : '';
    answerInOwnWords(exchange, this.#status, fields);
  }
}
