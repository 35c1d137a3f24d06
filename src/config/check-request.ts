import { toByteText } from './byte-text.ts';
import { joinHostPort, parseHostPort } from './host-port.ts';
import { expected, Misread, show } from './misread.ts';
import { nearest } from './nearest.ts';

const WHAT = 'a path such as /healthz, connect, or off';

/** What is asked of endpoints: a path in origin-form, empty for `connect`, or `off`. Throws Misread. */
export function parseCheck(value: unknown): string {
  if (value === 'off') return value;
  if (value === 'connect') return '';
  if (typeof value === 'object' && value !== null) {
    throw new Misread(
      `${expected(WHAT, value).message}: at the top, the rest has keys such as check-interval`,
    );
  }
  if (typeof value !== 'string' || value === '') throw expected(WHAT, value);
  if (/^[a-z+]+:\/\//i.test(value)) {
    throw new Misread(
      `${expected(WHAT, value).message}: the backends say where, a check says the path, and --check-host the Host`,
    );
  }
  if (!value.startsWith('/')) throw expectedWord(value);
  if (/[^\x21-\x7e]/.test(value)) {
    throw new Misread(`a path has no spaces and only ASCII (%20 stands for a space); got ${show(value)}`);
  }
  if (value.includes('#')) throw new Misread(`a path that is sent has no "#"; got ${show(value)}`);
  return value;
}

function expectedWord(value: string): Misread {
  const near = nearest(value, ['connect', 'off']);
  const hint = /^[\w.-]+(\/|$)/.test(value) ? `/${value}` : undefined;
  const write = near ?? hint;
  return new Misread(`${expected(WHAT, value).message}${write === undefined ? '' : `: write ${write}`}`);
}

/** The Host of a check, `NAME` or `NAME:PORT`, as it is sent; throws Misread. */
export function parseCheckHost(value: unknown): string {
  if (typeof value !== 'string' || value === '') throw expected('a host such as app.example.com', value);
  const { host, port } = parseHostPort(value, 1);
  if (port !== undefined) return joinHostPort(host, port);
  return host.includes(':') ? `[${host}]` : host;
}

/** A text that an answer has to contain, as bytes; throws Misread. */
export function parseCheckBody(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || text === '') throw expected('a text that the body has to contain', value);
  return toByteText(text);
}
