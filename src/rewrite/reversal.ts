import { toByteText } from '../config/byte-text.ts';
import type { RewriteConfig } from '../config/config.ts';
import type { Exchange } from '../exchange.ts';
import { isAuthority } from '../http1/host.ts';
import { evenPair, withBeginning } from './beginnings.ts';
import { withAttributes } from './cookie-attributes.ts';
import type { NewTarget } from './target-rewrite.ts';
import { hostnameOf } from './variables.ts';

type Pair = readonly [from: string, to: string];

/** What a route did to a request, so that it can be undone in its answer. */
export interface Passed {
  /** The Host that the client sent, and that the backend was sent. */
  readonly asked: string;
  readonly sent: string;
  /** Undefined: no prefix was replaced. */
  readonly beginning: NewTarget['beginning'];
}

const AUTHORITY = /^(https?:)?\/\/([^/?#\\]*)/i;
const REFRESH = /^(\d*(?:\.\d*)?[ \t]*[;,][ \t]*(?:url[ \t]*=[ \t]*)?['"]?)([^'"]*)/i;

/** A cookie of a host: browsers take it only with the path `/` and without a domain (RFC 6265bis, 4.1.3.2). */
const HOST_COOKIE = /^__host-/i;

/** Maps what answers say of the backend's URLs to what the client sees of them. */
export class Reversal {
  readonly #auto: boolean;
  readonly #pairs: readonly Pair[];
  readonly #domains: readonly Pair[];
  readonly #paths: readonly Pair[];

  constructor({ reverse, cookieDomains, cookiePaths, path, host }: RewriteConfig) {
    this.#auto = reverse.mode === 'auto' && (path.length !== 0 || host !== '');
    this.#pairs = reverse.pairs.map(pair => evenPair(bytesOf(pair)));
    this.#domains = cookieDomains.map(bytesOf);
    this.#paths = cookiePaths.map(pair => evenPair(bytesOf(pair)));
  }

  /** Whether there is anything that it could change. */
  get isIdle(): boolean {
    return !this.#auto && this.#pairs.length + this.#domains.length + this.#paths.length === 0;
  }

  /** The URL of a Location or Content-Location. */
  url(url: string, exchange: Exchange, passed: Passed): string {
    for (const [from, to] of this.#pairs) {
      const mapped = withBeginning(url, from, to);
      if (mapped !== undefined) return mapped;
    }
    if (!this.#auto) return url;
    if (url.startsWith('/') && !url.startsWith('//')) return pathBefore(url, passed);
    return absoluteBefore(url, exchange, passed);
  }

  /** The value of a Refresh: seconds, and perhaps a URL. */
  refresh(value: string, exchange: Exchange, passed: Passed): string {
    const match = REFRESH.exec(value);
    if (match === null) return value;
    const [whole, beginning, url] = match;
    return beginning! + this.url(url!, exchange, passed) + value.slice(whole.length);
  }

  /** The value of a Set-Cookie, but for Domain and Path as it was. */
  cookie(value: string, exchange: Exchange, passed: Passed): string {
    if (HOST_COOKIE.test(value)) return value;
    return withAttributes(value, (name, text) =>
      name === 'domain' ? this.#domain(text, exchange, passed) : this.#path(text, passed),
    );
  }

  #domain(domain: string, exchange: Exchange, passed: Passed): string {
    const plain = plainDomain(domain);
    for (const [from, to] of this.#domains) if (plain === plainDomain(from)) return to;
    if (!this.#auto || plain === '') return domain;
    const isOurs =
      plain === plainDomain(hostnameOf(passed.sent)) || plain === plainDomain(hostnameOf(exchange.authority));
    if (!isOurs || plain === plainDomain(hostnameOf(seenHost(exchange, passed)))) return domain;
    return (domain.startsWith('.') ? '.' : '') + hostnameOf(seenHost(exchange, passed));
  }

  #path(path: string, passed: Passed): string {
    for (const [from, to] of this.#paths) {
      const mapped = withBeginning(path, from, to);
      if (mapped !== undefined) return mapped;
    }
    if (!this.#auto || !path.startsWith('/')) return path;
    // The root of an application that lives below a prefix is that prefix, which has no slash at its end.
    if (path === '/' && passed.beginning?.to === '') return passed.beginning.from || path;
    return pathBefore(path, passed);
  }
}

/** The path, or what follows an authority, as it was before its prefix was replaced. */
function pathBefore(path: string, { beginning }: Passed): string {
  if (beginning === undefined) return path;
  return withBeginning(path, beginning.to, beginning.from) ?? path;
}

function absoluteBefore(url: string, exchange: Exchange, passed: Passed): string {
  const match = AUTHORITY.exec(url);
  if (match === null) return url;
  const [whole, scheme = '', authority] = match;
  const rest = url.slice(whole.length);
  const seen = seenHost(exchange, passed);
  const isSeen = isSame(authority!, seen, scheme);
  if (isSeen) return whole + pathBefore(rest, passed);
  const isOurs = isSame(authority!, passed.sent, scheme) || isSame(authority!, exchange.authority, scheme);
  if (!isOurs || seen === '') return url;
  const seenScheme = scheme === '' ? '' : exchange.secure ? 'https:' : 'http:';
  return `${seenScheme}//${seen}${pathBefore(rest, passed)}`;
}

/** The host by which the client knows the gateway, or the proxy in front of it. */
function seenHost({ publicHost }: Exchange, { asked }: Passed): string {
  return publicHost !== '' && isAuthority(publicHost) ? publicHost : asked;
}

/** Whether two authorities are the same, the port of the scheme being no part of one. */
function isSame(one: string, other: string, scheme: string): boolean {
  return other !== '' && withoutPort(one, scheme) === withoutPort(other, scheme);
}

function withoutPort(authority: string, scheme: string): string {
  const lower = authority.toLowerCase();
  return lower.replace(scheme.toLowerCase() === 'https:' ? /:(?:443)?$/ : /:(?:80)?$/, '');
}

function plainDomain(domain: string): string {
  return domain.replace(/^\./, '').toLowerCase();
}

function bytesOf([from, to]: Pair): Pair {
  return [toByteText(from), toByteText(to)];
}
