/** What a value may keep as it is in a part of a URL, and what is percent-encoded there (RFC 3986, 2). */
const NOT_IN_PATH = /[^\w.~!$&'()*+,;=:@/-]/g;
const NOT_IN_QUERY = /[^\w.~!$'()*,:@/-]/g;
const NOT_IN_COMPONENT = /[^\w.~-]/g;
const NOT_IN_LITERAL = /[\x80-\xff]/g;

function percentEncoded(byte: string): string {
  return `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

/** Decoded latin1 text as it stands in a path; its slashes stay slashes. */
export function inPath(text: string): string {
  return text.replace(NOT_IN_PATH, percentEncoded);
}

/** Decoded latin1 text as it stands in a query, where it cannot begin another parameter. */
export function inQuery(text: string): string {
  return text.replace(NOT_IN_QUERY, percentEncoded);
}

/** Latin1 text as one component of a URL: it cannot end the part where it stands. */
export function asComponent(text: string): string {
  return text.replace(NOT_IN_COMPONENT, percentEncoded);
}

/** Latin1 text of a configuration, which is URL text already but for bytes beyond ASCII. */
export function asWritten(text: string): string {
  return text.replace(NOT_IN_LITERAL, percentEncoded);
}
