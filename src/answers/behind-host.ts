const SCHEME = String.raw`(?:(?:[a-z][a-z0-9+.-]*|\{scheme\}):)?//`;
const ASKED = String.raw`[\w.-]*\{host(?:name)?\}`;
const ADDRESS = String.raw`\[[\da-f:.]+\]`;
const PORT = String.raw`:\d+`;
const VALUE = String.raw`(?:\{[a-z][a-z0-9.-]*(?::[^\s{}]*)?\}|\$[1-9])`;

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
