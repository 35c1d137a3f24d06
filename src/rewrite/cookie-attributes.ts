import { withoutEnd } from '../http1/trimmed.ts';

const ATTRIBUTE = /^([ \t]*(domain|path)[ \t]*=[ \t]*"?)(.*)$/is;
const QUOTE_OR_BLANK = '" \t';

/**
 * The value of a Set-Cookie with what `change` makes of its Domain and Path attributes; their names, their order, their
 * quotes and all else stay byte for byte. An attribute that comes out empty is left out.
 */
export function withAttributes(
  cookie: string,
  change: (name: 'domain' | 'path', text: string) => string,
): string {
  let at = cookie.indexOf(';');
  if (at === -1) return cookie;
  let changed = cookie.slice(0, at);
  while (at !== -1) {
    const next = cookie.indexOf(';', at + 1);
    const attribute = cookie.slice(at + 1, next === -1 ? cookie.length : next);
    changed += changedAttribute(attribute, change);
    at = next;
  }
  return changed;
}

function changedAttribute(
  attribute: string,
  change: (name: 'domain' | 'path', text: string) => string,
): string {
  const match = ATTRIBUTE.exec(attribute);
  if (match === null) return `;${attribute}`;
  const [, before, name, rest] = match;
  const text = withoutEnd(rest!, QUOTE_OR_BLANK);
  const changed = change(name!.toLowerCase() as 'domain' | 'path', text);
  return changed === '' && text !== '' ? '' : `;${before}${changed}${rest!.slice(text.length)}`;
}
