import { expected, Misread } from '../misread.ts';

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** What belongs to a connection or to the framing of a message (RFC 9110, 7.6.1; RFC 9112, 6), and to the gateway therefore. */
const FRAMING = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
  'content-length',
]);

/** What backends are told of the client, and take the gateway's word for. */
const VOUCHED = new Set([
  ...['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'via', 'x-request-id'],
]);

/** Which message a field is of. */
export type Side = 'request' | 'response';

/** The name of a field that may be changed in this way; throws Misread. */
export function parseFieldName(side: Side, verb: 'set' | 'add' | 'remove', value: unknown): string {
  if (typeof value !== 'string' || !TOKEN.test(value)) {
    throw expected('the name of a field, such as X-Tenant', typeof value === 'string' ? value.trim() : value);
  }
  // Applications of the CGI family read both as the same.
  const name = value.toLowerCase().replaceAll('_', '-');
  if (FRAMING.has(name)) {
    throw new Misread(`${value} belongs to the connection: the gateway alone says it`);
  }
  if (side === 'response') return value;
  if (name === 'host') throw new Misread('the Host of requests is changed by host: write host TEXT');
  if (name === 'expect') throw new Misread('Expect is between the client and the gateway: leave it out');
  if (VOUCHED.has(name) && verb !== 'remove') {
    throw new Misread(
      `${value} is what the gateway vouches for: it can be removed, not ${verb === 'set' ? 'set' : 'added to'}; --forwarded and --trust-proxy say what it says`,
    );
  }
  return value;
}

/** The name of a request field that says which way a request goes; throws Misread. */
export function parseDecidingField(value: unknown): string {
  if (typeof value === 'string' && TOKEN.test(value)) return value.toLowerCase();
  throw expected('the name of a field, such as X-Canary', value);
}
