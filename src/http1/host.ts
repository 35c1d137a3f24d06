import { isIPv6 } from 'node:net';
import { HOST } from '../fields.ts';
import { CLASS, COLON, HEX, HOST_NAME } from './bytes.ts';
import type { HeadFields } from './head.ts';
import { quoted, refusal } from './refusal.ts';

const KIND = 'http_request_error';
const PERCENT = 0x25;
const BRACKET = 0x5b;
const HIGHEST_PORT = 65535;

/** The index at which the host part of `host[:port]` ends; -1 if it is no uri-host (RFC 3986, 3.2.2) or is empty. */
function hostEnd(authority: string): number {
  if (authority.charCodeAt(0) === BRACKET) {
    const end = authority.indexOf(']');
    const address = authority.slice(1, Math.max(end, 1));
    return isIPv6(address) && !address.includes('%') ? end + 1 : -1;
  }
  let at = 0;
  for (; at < authority.length; at++) {
    const byte = authority.charCodeAt(at);
    if (byte === PERCENT) {
      if (!isHex(authority, at + 1) || !isHex(authority, at + 2)) return -1;
    } else if ((CLASS[byte]! & HOST_NAME) === 0) break;
  }
  return at === 0 ? -1 : at;
}

function isHex(text: string, at: number): boolean {
  return at < text.length && HEX[text.charCodeAt(at)]! < 16;
}

function isPort(text: string, from: number): boolean {
  let port = 0;
  for (let at = from; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return false;
    port = port * 10 + digit;
    if (port > HIGHEST_PORT) return false;
  }
  return true;
}

/** The last valid Host: most requests name the same one. */
let checked = '';

/** What nearly every authority looks like; a regular expression takes half the time of a loop here. */
const PLAIN = /^[\w.~!$&'()*+,;=-]+(?::\d{0,4})?$/;

/** Whether a latin1 string is a host, which may not be empty, and perhaps a colon and a port, which may. */
export function isAuthority(authority: string): boolean {
  if (PLAIN.test(authority)) return true;
  const end = hostEnd(authority);
  if (end < 0) return false;
  if (end === authority.length) return true;
  return authority.charCodeAt(end) === COLON && isPort(authority, end + 1);
}

/**
 * The host that a request is for: that of its absolute-form target (`authority`, empty if there is none), or else its
 * Host field; empty if neither names one. Throws http_request_error unless there is one Host field, or in HTTP/1.0 at
 * most one, that is empty or valid, even where the target overrides it (RFC 9112, 3.2 and 3.2.2).
 */
export function checkHost(head: HeadFields, authority: string): string {
  const { codes, count } = head;
  let host: string | undefined;
  for (let i = 0; i < count; i++) {
    if (codes[i] !== HOST) continue;
    if (host !== undefined) throw refusal(KIND, 'has more than one Host field');
    host = head.value(i);
  }
  if (host === undefined) {
    if (head.minor === 1) throw refusal(KIND, 'has no Host field, which HTTP/1.1 requires');
    return authority;
  }
  if (host !== '' && host !== checked) checkAuthority(host);
  return authority === '' ? host : authority;
}

function checkAuthority(host: string): void {
  if (!isAuthority(host)) throw refusal(KIND, `field Host: ${quoted(host)} is no host[:port]`);
  checked = host;
}
