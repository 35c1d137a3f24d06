/** What no URI has as it is (RFC 3986, 2): controls, blanks, bytes beyond ASCII, and signs that some readers take for others. */
const FOREIGN = /[^\w.~!$&'()*+,;=:@/?#[\]%-]|%(?![0-9a-f]{2})/gi;

/** What names a host, be it the one that the request was for, and the scheme or not. */
const WITH_HOST = /^(?:[a-z][a-z0-9+.-]*:|\{scheme\}:|\/\/[^/])/i;

/** A URL that lacks the host which it should name: what follows would be taken for that. */
const HOSTLESS = /^(?:[a-z][a-z0-9+.-]*:)?\/\/(?:[/?#:@]|$)/i;

/** A text as a URL that a Location field may hold: what may not stand there is percent-encoded. */
export function validLocation(text: string): string {
  return text.replace(FOREIGN, byte => `%${hex(byte)}`);
}

/** A text that names a host as such a URL; undefined: the host is empty. */
export function hostLocation(text: string): string | undefined {
  const location = validLocation(text);
  return HOSTLESS.test(location) ? undefined : location;
}

/** A text as a path that a Location field may hold, and that leads to no other host; undefined: it is no path. */
export function pathLocation(text: string): string | undefined {
  const location = validLocation(text);
  return location.startsWith('/') ? location.replace(/^\/+/, '/') : undefined;
}

/** Whether a redirect as it is written says to which host it leads; if not, it leads to a path of the same. */
export function namesHost(template: string): boolean {
  return WITH_HOST.test(template);
}

function hex(byte: string): string {
  return byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0');
}
