/** Whether a URL or a path is what it begins with, or stands below that: a part ends at a slash, a query, a fragment or the end. */
export function isBelow(text: string, beginning: string): boolean {
  if (!text.startsWith(beginning)) return false;
  if (text.length === beginning.length || beginning.endsWith('/')) return true;
  return '/?#'.includes(text.charAt(beginning.length));
}

const LEADING = /^[/\\]*/;
const NAMES_HOST = /^(?:[a-z][a-z0-9+.-]*:)?\/\//i;

/**
 * The text with `to` in place of the `from` that it begins with; undefined: it does not begin so. What begins with `to`
 * stays as it is unless that is a part of `from`, so that doing it twice does what doing it once does.
 */
export function withBeginning(text: string, from: string, to: string): string | undefined {
  if ((isBelow(text, to) || `${text}/` === to) && !isBelow(from, to)) return text;
  // Two slashes begin with a host, whatever may follow.
  if (!isBelow(text, from) || (text.startsWith('//') && !from.startsWith('//'))) return undefined;
  const mapped = to + text.slice(from.length);
  // What is a path has to stay one: with two slashes in front, or one and a backslash, it would name a host.
  return NAMES_HOST.test(to) ? mapped : mapped.replace(LEADING, '/');
}

/** A pair of beginnings that both end in a slash or both do not, so that what follows is neither joined to the last name nor parted twice. */
export function evenPair([from, to]: readonly [string, string]): readonly [string, string] {
  if (from.endsWith('/')) return [from, to.endsWith('/') ? to : `${to}/`];
  return [from, to.endsWith('/') ? to.slice(0, -1) : to];
}
