import type { FieldLines } from '../fields.ts';

/** Who brings cookies, and can be given some. */
export interface Visitor {
  fields: FieldLines;
  /** Cookies of the gateway's own that were among them, and such as it gives: `name=value; ` for each. */
  ownCookies: string;
  /** Fields that the gateway adds to the answer. */
  ownFields: FieldLines;
  /** Whether it came by TLS. */
  readonly secure: boolean;
}

const NONE: readonly string[] = [];

const COOKIE_FIELD = 'cookie';

/** Of several cookies with one name so many are looked at: each may cost a signature. */
const MOST = 8;

/** Takes the cookies of that name from a visitor's fields to its own ones: no backend sees them. The others stay as they were. */
export function takeOwnCookie(visitor: Visitor, name: string): void {
  // Hardly any request gets beyond this line that brings none.
  if (!visitor.fields.includes(`${name}=`)) return;
  let kept = '';
  let run = 0;
  for (let at = 0; at < visitor.fields.length; ) {
    const colon = visitor.fields.indexOf(':', at);
    const end = visitor.fields.indexOf('\r\n', colon);
    const next = end + 2;
    if (colon - at === COOKIE_FIELD.length && isCookie(visitor.fields.slice(at, colon))) {
      const value = visitor.fields.slice(colon + 2, end);
      const rest = withoutPairs(visitor, value, name);
      if (rest !== value) {
        kept += visitor.fields.slice(run, at);
        if (rest !== '') kept += `${visitor.fields.slice(at, colon)}: ${rest}\r\n`;
        run = next;
      }
    }
    at = next;
  }
  visitor.fields = run === 0 ? visitor.fields : kept + visitor.fields.slice(run);
}

/** The first values of a visitor's own cookies of that name. */
export function ownCookies({ ownCookies: text }: Visitor, name: string): readonly string[] {
  if (text === '') return NONE;
  return text
    .split('; ')
    .filter(pair => pair.startsWith(`${name}=`))
    .slice(0, MOST)
    .map(pair => pair.slice(name.length + 1));
}

/**
 * Has the client keep a cookie of the gateway's own, for the whole host and out of reach for scripts: for so many
 * milliseconds, Infinity: for as long as its session lasts. From now on the visitor counts as one that has brought it.
 */
export function giveCookie(visitor: Visitor, name: string, value: string, forMs: number): void {
  const age = forMs === Infinity ? '' : `; Max-Age=${Math.ceil(forMs / 1000)}`;
  const secure = visitor.secure ? '; Secure' : '';
  visitor.ownFields += `Set-Cookie: ${name}=${value}; Path=/${age}; HttpOnly; SameSite=Lax${secure}\r\n`;
  visitor.ownCookies = `${name}=${value}; ${visitor.ownCookies}`;
}

function isCookie(name: string): boolean {
  return name === 'Cookie' || name.toLowerCase() === COOKIE_FIELD;
}

/** What is left of a Cookie field; the text between two semicolons is a pair, whatever quotes are in it (RFC 6265, 5.4). */
function withoutPairs(visitor: Visitor, value: string, name: string): string {
  const parts = value.split(';');
  const kept = parts.filter(part => {
    const pair = part.trim();
    if (!pair.startsWith(`${name}=`)) return true;
    visitor.ownCookies += `${pair}; `;
    return false;
  });
  return kept.length === parts.length ? value : kept.join(';').trim();
}
