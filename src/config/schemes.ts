/** What a scheme of a backend URL says about the rest of it. */
export interface Scheme {
  /** What the URL names: a host and a port, a unix socket, or a program or a directory of programs. */
  readonly place: 'tcp' | 'unix' | 'file';
  /** The port of a URL that names none; undefined: it has to. */
  readonly defaultPort: number | undefined;
  /** Whether what stands there belongs to the CGI family: it is given variables, and may be told which script to run. */
  readonly cgi: boolean;
  /** Whether it is spoken inside of TLS. */
  readonly tls: boolean;
}

const http: Scheme = { place: 'tcp', defaultPort: 80, cgi: false, tls: false };
const application: Scheme = { place: 'tcp', defaultPort: undefined, cgi: true, tls: false };
const secure: Scheme = { ...application, tls: true };

/** The schemes of backend URLs. */
export const SCHEMES: Readonly<Record<string, Scheme>> = {
  http,
  https: { ...http, defaultPort: 443, tls: true },
  'http+unix': { ...http, place: 'unix', defaultPort: undefined },
  fcgi: application,
  fcgis: secure,
  'fcgi+unix': { ...application, place: 'unix' },
  scgi: application,
  scgis: secure,
  'scgi+unix': { ...application, place: 'unix' },
  uwsgi: application,
  uwsgis: secure,
  'uwsgi+unix': { ...application, place: 'unix' },
  cgi: { ...application, place: 'file' },
};

/** Schemes that are to come, and what they stand for. */
export const LATER: Readonly<Record<string, string>> = {
  h2: 'HTTP/2 to backends',
  h2c: 'HTTP/2 to backends',
};

/** Whether a backend with this scheme is spoken to inside of TLS. */
export function isTls(scheme: string): boolean {
  return SCHEMES[scheme]?.tls === true;
}

/** Whether a backend with this scheme belongs to the CGI family. */
export function isCgiFamily(scheme: string): boolean {
  return SCHEMES[scheme]?.cgi === true;
}
