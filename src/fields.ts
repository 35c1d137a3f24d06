/** Header fields as name, value, name, value: order, case and repetition survive. Every string is latin1. */
export type Fields = readonly string[];

/**
 * Header fields as the text in which HTTP/1.1 sends them: name, colon, one space, value and line end, for each. Order,
 * case and repetition survive here too, and what only passes through costs no string per field. Whoever makes such a
 * text has checked names and values.
 */
export type FieldLines = string;

/** No fields at all. */
export const NO_FIELDS: Fields = [];

/**
 * Small integers for the fields that a gateway has to know, so that a head is looked at once and everything
 * after that is a comparison of integers.
 */
export const OTHER = 0;
export const CONNECTION = 1;
export const KEEP_ALIVE = 2;
export const PROXY_CONNECTION = 3;
export const TE = 4;
export const TRAILER = 5;
export const TRANSFER_ENCODING = 6;
export const UPGRADE = 7;
export const CONTENT_LENGTH = 8;
export const HOST = 9;
export const EXPECT = 10;
export const VIA = 11;
export const X_FORWARDED_FOR = 12;
export const X_FORWARDED_PROTO = 13;
export const X_FORWARDED_HOST = 14;
export const FORWARDED = 15;
export const X_REQUEST_ID = 16;
export const X_REAL_IP = 17;
/** A name that an application may take for one of the gateway's: many read `_` and `-` as the same (RFC 3875, 4.1.18). */
export const LOOKALIKE = 18;
export const X_FORWARDED_PORT = 19;
/** X-Forwarded-Prefix and others of which the gateway makes no use. */
export const X_FORWARDED_OTHER = 20;
/** A field by which backends are told of a client's certificate (RFC 9440, and X-Client-*). */
export const CLIENT_CERTIFICATE = 21;
/** A field that begins as X-Forwarded- and that nobody has named here: proxies tell users, certificates and more in them. */
export const X_FORWARDED_UNKNOWN = 22;

/** The codes by name in lower case. */
export const FIELD_CODES: ReadonlyMap<string, number> = new Map([
  ['connection', CONNECTION],
  ['keep-alive', KEEP_ALIVE],
  ['proxy-connection', PROXY_CONNECTION],
  ['te', TE],
  ['trailer', TRAILER],
  ['transfer-encoding', TRANSFER_ENCODING],
  ['upgrade', UPGRADE],
  ['content-length', CONTENT_LENGTH],
  ['host', HOST],
  ['expect', EXPECT],
  ['via', VIA],
  ['x-forwarded-for', X_FORWARDED_FOR],
  ['x-forwarded-proto', X_FORWARDED_PROTO],
  ['x-forwarded-host', X_FORWARDED_HOST],
  ['forwarded', FORWARDED],
  ['x-request-id', X_REQUEST_ID],
  ['x-real-ip', X_REAL_IP],
  ['x-forwarded-port', X_FORWARDED_PORT],
  ...['ssl', 'scheme', 'server', 'prefix'].map((what): [string, number] => [
    `x-forwarded-${what}`,
    X_FORWARDED_OTHER,
  ]),
  ['client-cert', CLIENT_CERTIFICATE],
  ['client-cert-chain', CLIENT_CERTIFICATE],
  ...['verify', 'subject', 'issuer', 'serial', 'fingerprint'].flatMap((what): [string, number][] => [
    [`x-client-${what}`, CLIENT_CERTIFICATE],
    ...lookalikes('x', 'client', what),
  ]),
  ['client_cert', LOOKALIKE],
  ...lookalikes('client', 'cert', 'chain'),
  ...lookalikes('x', 'forwarded', 'for'),
  ...lookalikes('x', 'forwarded', 'proto'),
  ...lookalikes('x', 'forwarded', 'host'),
  ...['port', 'ssl', 'scheme', 'server', 'prefix'].flatMap(what => lookalikes('x', 'forwarded', what)),
  ...lookalikes('x', 'request', 'id'),
  ...lookalikes('x', 'real', 'ip'),
]);

function lookalikes(a: string, b: string, c: string): [string, number][] {
  return [`${a}_${b}_${c}`, `${a}_${b}-${c}`, `${a}-${b}_${c}`].map(name => [name, LOOKALIKE]);
}

const X_FORWARDED_ANY = /^x[-_]forwarded[-_]/i;

/** The code of a field name, in whatever case it is written; OTHER for a name that the gateway has no business with. */
export function fieldCode(name: string): number {
  const code = FIELD_CODES.get(name) ?? FIELD_CODES.get(name.toLowerCase());
  if (code !== undefined) return code;
  if (!X_FORWARDED_ANY.test(name)) return OTHER;
  return name.includes('_') ? LOOKALIKE : X_FORWARDED_UNKNOWN;
}

/** The first value of a field, its name given in lower case; undefined if it is not there. */
export function firstValue(lines: FieldLines, lowerName: string): string | undefined {
  for (let at = 0; at < lines.length; ) {
    const colon = lines.indexOf(':', at);
    const end = lines.indexOf('\r\n', colon);
    if (colon - at === lowerName.length && lines.slice(at, colon).toLowerCase() === lowerName) {
      return lines.slice(colon + 2, end);
    }
    at = end + 2;
  }
  return undefined;
}

/** The lines with those of another text, which take the place of all that have their names. */
export function overlaid(lines: FieldLines, over: FieldLines): FieldLines {
  const names = new Set<string>();
  for (let at = 0; at < over.length; at = over.indexOf('\r\n', at) + 2)
    names.add(over.slice(at, over.indexOf(':', at)).toLowerCase());
  let kept = '';
  for (let at = 0; at < lines.length; ) {
    const end = lines.indexOf('\r\n', at) + 2;
    if (!names.has(lines.slice(at, lines.indexOf(':', at)).toLowerCase())) kept += lines.slice(at, end);
    at = end;
  }
  return kept + over;
}

/** The members of a comma-separated value, without the blanks around them: space and tab, nothing else (RFC 9110, 5.6.1). */
export function listMembers(value: string): string[] {
  return value.includes(',') ? value.split(',').map(withoutBlanks) : [withoutBlanks(value)];
}

/** A loop, since a pattern for blanks at the end would look at a long run of blanks again from each of them. */
function withoutBlanks(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && isBlank(text, from)) from++;
  while (to > from && isBlank(text, to - 1)) to--;
  return from === 0 && to === text.length ? text : text.slice(from, to);
}

function isBlank(text: string, at: number): boolean {
  const byte = text.charCodeAt(at);
  return byte === 0x20 || byte === 0x09;
}

/** Whether a comma-separated value lists the token (in lower case), compared without regard to case. */
export function listsToken(value: string, lowerToken: string): boolean {
  if (value.length === lowerToken.length) return value.toLowerCase() === lowerToken;
  for (const member of listMembers(value)) if (member.toLowerCase() === lowerToken) return true;
  return false;
}
