import { isIPv4, isIPv6 } from 'node:net';
import { hasDots } from './file-names.ts';
import { parseHost } from './host-port.ts';
import { expected, Misread, show } from './misread.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'];

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Host names that a route matches, or `*.` and a domain, in lower case and without a port: a list, or a text with commas; throws Misread. */
export function parseHosts(value: unknown): readonly string[] {
  return parseList(value, 'a host name such as example.com', parseMatchedHost);
}

/** Methods that a route matches, as written: a list, or a text with commas; throws Misread. */
export function parseMethods(value: unknown): readonly string[] {
  return parseList(value, 'a method such as GET', text => {
    if (!TOKEN.test(text)) throw expected('a method such as GET', text);
    const usual = text.toUpperCase();
    if (text !== usual && METHODS.includes(usual)) {
      throw new Misread(
        `methods in small letters are others (RFC 9110, 9.1): write ${usual}; got ${show(text)}`,
      );
    }
    return text;
  });
}

/** What a request is refused for unless all that it may be taken for is treated alike. */
const MANY_READINGS = /\/\/|[\\;]|%(?:2f|5c|3b|00)|\/(?:\.|%2e){1,2}(?:\/|$)/i;

/** The path that a route matches: exact, or a prefix that ends in `/*`; throws Misread. */
export function parsePathPattern(value: unknown): string {
  if (typeof value !== 'string' || value === '') throw expected('a path such as /about or /api/*', value);
  if (value.startsWith('~')) throw new Misread(`a path here is no regular expression; got ${show(value)}`);
  if (!value.startsWith('/')) throw new Misread(`a path begins with "/"; got ${show(value)}`);
  const star = value.indexOf('*');
  if (star >= 0 && !(value.endsWith('/*') && star === value.length - 1)) {
    throw new Misread(`"*" stands only at the end of a path, after "/", as in /api/*; got ${show(value)}`);
  }
  if (hasDots(value)) {
    throw new Misread(
      `a path with "." or ".." is taken for the one without them, too: write that; got ${show(value)}`,
    );
  }
  if (/[?#\s]/.test(value))
    throw new Misread(`a path has no "?", "#" or space, but perhaps %20; got ${show(value)}`);
  if (/%(?![\da-f]{2})/i.test(value))
    throw new Misread(`"%" stands before two hexadecimal digits, and %25 for itself; got ${show(value)}`);
  if (MANY_READINGS.test(value))
    throw new Misread(
      `servers read "//", ";", "\\", and "." between slashes in several ways: leave them out of a path; got ${show(value)}`,
    );
  return value;
}

function parseMatchedHost(text: string): string {
  if (text === '*') throw new Misread('every host is meant where none is named: leave host=* out');
  if (text.startsWith('*.')) return `*.${parseDomain(text)}`;
  if (text.includes('*')) {
    throw new Misread(`"*" stands for the names below a domain, as in *.example.com; got ${show(text)}`);
  }
  if (text.startsWith('[') && text.endsWith(']') && isIPv6(text.slice(1, -1))) return text.toLowerCase();
  if (isIPv6(text)) throw new Misread(`an IPv6 address needs brackets: write [${text}]`);
  if (text.includes(':')) throw new Misread(`a host name is matched without its port; got ${show(text)}`);
  return withoutRoot(parseHost(text));
}

function parseDomain(text: string): string {
  const domain = text.slice(2);
  if (domain.includes('*') || domain.includes(':') || isIPv4(domain)) {
    throw new Misread(
      `a wildcard stands for names, once and without a port, as in *.example.com; got ${show(text)}`,
    );
  }
  return withoutRoot(parseHost(domain));
}

/** Requests are matched without the dot of the root. */
function withoutRoot(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
}

function parseList(value: unknown, what: string, parse: (text: string) => string): readonly string[] {
  const texts = typeof value === 'string' ? value.split(',') : value;
  if (!Array.isArray(texts) || texts.length === 0) throw expected(what, value);
  return texts.map(text => {
    if (typeof text !== 'string' || text === '') throw expected(what, text);
    return parse(text.trim());
  });
}
