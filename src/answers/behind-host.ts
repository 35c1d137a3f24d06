const SCHEME = String.raw`(?:(?:[a-z][a-z0-9+.-]*|\{scheme\}):)?//`;
const ASKED = String.raw`[\w.-]*\{host(?:name)?\}(?:[\w.-]*\w)?`;
const ADDRESS = String.raw`\[[\da-f:.]+\]`;
const PORT = String.raw`:\d+`;
const VALUE = String.raw`(?:\{[a-z][a-z0-9.-]*(?::[^\s{}]*)?\}|\$[1-9])`;

/** Values that may hold a slash; without one: what only looks like them. */
const ANY_SLASH = /\{\{|\$\$|(\{query(?::[^\s{}]*)?\}|\$[1-9])/g;

/** What is always a path, behind any host. */
const PATH = new RegExp(
  String.raw`^(${SCHEME}(?:${ASKED}|${ADDRESS}|[\w.-]*\w)(?:${PORT})?)(\{(?:path|target)\}.*)$`,
  'is',
);

/** Any other value, behind a host that is whole without it. */
const ANY = new RegExp(
  String.raw`^(${SCHEME}(?:(?:${ASKED}|${ADDRESS}|(?:[\w-]+\.)+[\w-]*\w)(?:${PORT})?|[\w-]+${PORT}))(${VALUE}(?:[?#/{$].*)?)$`,
  'is',
);

/**
 * A redirect as it is written, parted where a value stands right behind a host, which it must not become a part of; undefined:
 * there is no such place.
 */
export function partedBehindHost(template: string): readonly [host: string, rest: string] | undefined {
  const match = PATH.exec(template) ?? ANY.exec(template);
  return match === null ? undefined : [match[1]!, match[2]!];
}

/** A value of a request within the host of a redirect, and what is written behind it there. */
export interface ValueInHost {
  readonly value: string;
  readonly after: string;
}

/** What a redirect as it is written makes a part of its host, and that may hold a slash. */
export function valuesInHost(template: string): readonly ValueInHost[] {
  const host = partedBehindHost(template)?.[0] ?? template;
  // A path begins with a slash, which ends the host.
  const [, authority = ''] = /^(?:[^/?#]*:)?\/\/((?:(?!\{(?:path|target)\})[^/?#])*)/.exec(host) ?? [];
  return [...authority.matchAll(ANY_SLASH)].flatMap(({ 1: value, 0: { length }, index }) =>
    value === undefined ? [] : [{ value, after: authority.slice(index + length) }],
  );
}
