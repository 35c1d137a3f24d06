import type { ListenConfig } from './config.ts';
import { parseHostPort, parsePort } from './host-port.ts';
import { expected, Misread } from './misread.ts';
import { parseUnixPath } from './unix-path.ts';

const WHAT = 'an address such as :8080, 127.0.0.1:8080, [::1]:8080 or unix:/run/web.sock';

/** What `systemd.socket` takes for FileDescriptorName=. */
const PASSED_NAME = /^[\x20-\x39\x3b-\x7e]{1,255}$/;

/** Where to listen; throws Misread. `systemd` and `systemd:NAME` mean sockets that the service manager has bound. `:8080` and `*:8080` mean all interfaces, IPv4 and IPv6; port 0 means any free one. */
export function parseListenAddress(value: unknown): ListenConfig {
  if (typeof value === 'number') throw new Misread(`${expected(WHAT, value).message}: write :${value}`);
  if (typeof value !== 'string' || value === '') throw expected(WHAT, value);
  if (/^\d+$/.test(value)) throw new Misread(`${expected(WHAT, value).message}: write :${value}`);
  if (value.startsWith('unix:')) return { kind: 'unix', path: parseUnixPath(value.slice(5)), text: value };
  if (value === 'systemd' || value.startsWith('systemd:')) return parsePassed(value);
  const scheme = /^([a-z0-9+]+):\/\//i.exec(value);
  if (scheme !== null) throw new Misread(`${expected(WHAT, value).message}: ${withoutScheme(scheme[0])}`);
  if (value.includes(',')) throw new Misread(`${expected(WHAT, value).message}: it takes no options`);
  return parseTcp(value);
}

function withoutScheme(scheme: string): string {
  if (/^https:/i.test(scheme)) return 'leave https:// out, and add ,tls,cert=FILE,key=FILE';
  return `leave ${scheme} out`;
}

function parsePassed(text: string): ListenConfig {
  const name = text.slice('systemd:'.length);
  if (text !== 'systemd' && !PASSED_NAME.test(name)) {
    throw expected('systemd, or systemd: and the name of a socket (FileDescriptorName=)', text);
  }
  return { kind: 'passed', name, text };
}

function parseTcp(text: string): ListenConfig {
  const everywhere = /^\*?:(.*)$/.exec(text);
  if (everywhere !== null && !everywhere[1]!.includes(':')) {
    return { kind: 'tcp', host: undefined, port: parsePort(everywhere[1]!, 0), text };
  }
  const { host, port } = parseHostPort(text, 0);
  if (port === undefined) throw new Misread(`${expected(WHAT, text).message}: the port is missing`);
  return { kind: 'tcp', host, port, text };
}

/** A text that is the same for addresses that are one place, whichever way and with whatever options they were written. */
export function placeOf(listen: ListenConfig): string {
  if (listen.kind === 'unix') return `unix:${listen.path}`;
  if (listen.kind === 'passed') return listen.name === '' ? 'systemd' : `systemd:${listen.name}`;
  return listen.text.split(',')[0]!.replace(/^\*:/, ':');
}
