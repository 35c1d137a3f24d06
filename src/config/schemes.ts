/** What a scheme of a backend URL says about the rest of it. */
export interface Scheme {
  /** Whether the URL names a unix socket instead of a host and a port. */
  readonly unix: boolean;
  /** The port of a URL that names none; undefined: it has to. */
  readonly defaultPort: number | undefined;
}

/** The schemes of backend URLs. */
export const SCHEMES: Readonly<Record<string, Scheme>> = {
  http: { unix: false, defaultPort: 80 },
  'http+unix': { unix: true, defaultPort: undefined },
};

/** Schemes that are to come, and what they stand for. */
export const LATER: Readonly<Record<string, string>> = {
  https: 'TLS to backends',
  fcgi: 'FastCGI',
  'fcgi+unix': 'FastCGI',
  scgi: 'SCGI',
  'scgi+unix': 'SCGI',
  cgi: 'CGI',
  h2: 'HTTP/2 to backends',
  h2c: 'HTTP/2 to backends',
};
