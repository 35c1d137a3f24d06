const OWS = '[ \\t]*';
const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const QUOTED = '"(?:[\\t \\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\[\\t \\x21-\\x7e\\x80-\\xff])*"';
const PARAMETER = `${OWS};${OWS}${TOKEN}${OWS}=${OWS}(?:${TOKEN}|${QUOTED})`;
const CODING = `${TOKEN}(?:${PARAMETER})*`;
const BEFORE_CHUNKED = new RegExp(`^((?:${CODING}${OWS},${OWS})+)chunked$`, 'i');
const HAS_CHUNKED = new RegExp(`(?:^|,)${OWS}chunked${OWS}[;,]`, 'i');

/** `chunked`: the only coding; `unsupported`: others first, all well-formed, chunked last; `malformed`: the rest. */
export type TransferEncoding = 'chunked' | 'unsupported' | 'malformed';

/** What a Transfer-Encoding value asks for (RFC 9112, 6.1 and 7); several fields are joined by commas first. */
export function transferEncoding(value: string): TransferEncoding {
  if (value === 'chunked' || value.toLowerCase() === 'chunked') return 'chunked';
  const before = BEFORE_CHUNKED.exec(value)?.[1];
  return before === undefined || HAS_CHUNKED.test(before) ? 'malformed' : 'unsupported';
}
