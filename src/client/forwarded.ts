import { plainAddress } from './plain-address.ts';

/** What one proxy says of a request that it was given: an element of a Forwarded field (RFC 7239, 4). */
export interface ForwardedElement {
  /** Who made the request, as it is written; undefined: it does not say. */
  readonly node: string | undefined;
  /** Empty: it does not say. */
  readonly proto: string;
  readonly host: string;
}

/** A name and a value, which is a token or in quotation marks (RFC 7239, 4; RFC 9110, 5.6.2 and 5.6.4). */
const PAIR =
  /([\w!#$%&'*+.^`|~-]+)=(?:([\w!#$%&'*+.^`|~-]+)|"((?:[\t !#-[\]-~\x80-\xff]|\\[\t -~\x80-\xff])*)")/y;

/** What may stand between two pairs, or between two elements. */
const SEPARATORS = /[ \t]*[;,][ \t;,]*/y;

/** An IPv4 address, or an IPv6 address in brackets, and perhaps a port, which may be hidden (RFC 7239, 6). */
const NODE = /^(?:([\d.]+)|\[([\da-fA-F:.]+)\])(?::(?:\d{1,5}|_[\w.-]+))?$/;

/** No chain of proxies is as long; to read what a client can write into a head would take longer than all the rest. */
export const MOST_ELEMENTS = 256;

/** The elements of all Forwarded fields of a message, joined by commas, the nearest proxy's last; undefined: it cannot be read. */
export function parseForwarded(value: string): ForwardedElement[] | undefined {
  const elements: ForwardedElement[] = [];
  let pairs = new Map<string, string>();
  let at = value.length - value.replace(/^[ \t;,]+/, '').length;
  while (at < value.length) {
    PAIR.lastIndex = at;
    const pair = PAIR.exec(value);
    if (pair === null) return undefined;
    const name = pair[1]!.toLowerCase();
    // What is said twice has two readings (RFC 7239, 4).
    if (pairs.has(name)) return undefined;
    pairs.set(name, pair[2] ?? pair[3]!.replace(/\\(.)/gs, '$1'));
    at = PAIR.lastIndex;
    if (at === value.length) break;
    SEPARATORS.lastIndex = at;
    const separators = SEPARATORS.exec(value)?.[0];
    if (separators === undefined) return undefined;
    at += separators.length;
    if (!separators.includes(',')) continue;
    if (elements.push(elementOf(pairs)) > MOST_ELEMENTS) return undefined;
    pairs = new Map();
  }
  if (pairs.size > 0) elements.push(elementOf(pairs));
  return elements;
}

function elementOf(pairs: ReadonlyMap<string, string>): ForwardedElement {
  return { node: pairs.get('for'), proto: pairs.get('proto') ?? '', host: pairs.get('host') ?? '' };
}

/** The address of a node; empty for one that is unknown, hidden, or no node at all. */
export function nodeAddress(node: string): string {
  const [, v4, v6] = NODE.exec(node) ?? [];
  const address = v4 ?? v6;
  return address === undefined || address.includes(':') !== (v6 !== undefined) ? '' : plainAddress(address);
}

const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;

/** One element, with whatever is to be said of the request; no host and no proto if they are empty. */
export function forwardedElement(address: string, proto: string, host: string): string {
  let element = `for=${formatNode(address)}`;
  if (proto !== '') element += `;proto=${proto}`;
  if (host !== '') element += `;host=${TOKEN.test(host) ? host : `"${host.replace(/["\\]/g, '\\$&')}"`}`;
  return element;
}

/** An address, or `unknown` for what is none. */
function formatNode(address: string): string {
  if (address.includes(':')) return `"[${address}]"`;
  return nodeAddress(address) === '' ? 'unknown' : address;
}
