/** What a scheme of a backend URL says about the rest of it. */
export interface Scheme {
  /** What the URL names: a host and a port, a unix socket, or a program or a directory of programs. */
  readonly place: 'tcp' | 'unix' | 'file';
  /** The port of a URL that names none; undefined: it has to. */
  readonly defaultPort: number | undefined;
  /** Whether what stands there belongs to the CGI family: it is given variables, and may be told which script to run. */
  readonly cgi: boolean;
}

const http: Scheme = { place: 'tcp', defaultPort: 80, cgi: false };
const application: Scheme = { place: 'tcp', defaultPort: undefined, cgi: true };

/** The schemes of backend URLs. */
export const SCHEMES: Readonly<Record<string, Scheme>> = {
  http,
  'http+unix': { ...http, place: 'unix', defaultPort: undefined },
  fcgi: application,
  'fcgi+unix': { ...application, place: 'unix' },
  scgi: application,
  'scgi+unix': { ...application, place: 'unix' },
  uwsgi: application,
  'uwsgi+unix': { ...application, place: 'unix' },
  cgi: { ...application, place: 'file' },
};

/** Schemes that are to come, and what they stand for. */
export const LATER: Readonly<Record<string, string>> = {
  https: 'TLS to backends',
  h2: 'HTTP/2 to backends',
  h2c: 'HTTP/2 to backends',
};

/** Whether a backend with this scheme belongs to the CGI family. */
export function isCgiFamily(scheme: string): boolean {
  return SCHEMES[scheme]?.cgi === true;
}
