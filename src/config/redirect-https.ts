import { expected } from './misread.ts';

const HTTPS_PORT = 443;

/** The port that requests without TLS are redirected to, or 0 for `off`; throws Misread. */
export function parseRedirectHttps(value: unknown): number {
  if (value === 'off' || value === false) return 0;
  if (value === true) return HTTPS_PORT;
  const port = typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : value;
  if (typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw expected('a port from 1 to 65535, or off', value);
}
