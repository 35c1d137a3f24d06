import type { BackendConfig, BackendTlsConfig } from './config.ts';
import { parseFileName } from './file-name.ts';
import { parseHost } from './host-port.ts';
import { expected, Misread } from './misread.ts';
import { isTls, SCHEMES } from './schemes.ts';

/** The options that say how a backend is reached, below its protocol. */
export const TRANSPORT_OPTIONS = ['ca', 'cert', 'key', 'sni', 'insecure', 'send-proxy'] as const;

const OF_TLS = ['ca', 'cert', 'key', 'sni', 'insecure'];

/** Reads an option if it is given, and names it in what the reader throws. */
export type OptionReader = <T>(name: string, parse: (value: unknown) => T) => T | undefined;

/** TLS and the PROXY header of a backend with this scheme; paths of files as written. Throws Misread. */
export function parseTransport(
  given: ReadonlyMap<string, string | undefined>,
  scheme: string,
  optional: OptionReader,
): Pick<BackendConfig, 'tls' | 'sendProxy'> {
  return {
    tls: isTls(scheme) ? parseTls(given, optional) : refuseTls(given, scheme),
    sendProxy: given.has('send-proxy') ? parseSendProxy(given.get('send-proxy'), scheme) : 0,
  };
}

function parseTls(given: ReadonlyMap<string, string | undefined>, optional: OptionReader): BackendTlsConfig {
  const tls = {
    ca: optional('ca', parseFileName) ?? '',
    cert: optional('cert', parseFileName) ?? '',
    key: optional('key', parseFileName) ?? '',
    sni: optional('sni', parseServerName) ?? '',
    insecure: given.has('insecure'),
  };
  if (given.get('insecure') !== undefined) throw new Misread('the backend option insecure takes no value');
  if (tls.insecure && tls.ca !== '') {
    throw new Misread(
      'insecure accepts every certificate, whoever issued it: leave ca= out, or better insecure',
    );
  }
  if (tls.cert !== '' && tls.key === '') {
    throw new Misread('cert= needs the key of its certificate: add key=FILE, the same file if it holds both');
  }
  if (tls.key !== '' && tls.cert === '') throw new Misread('key= needs its certificate: add cert=FILE');
  return tls;
}

function refuseTls(given: ReadonlyMap<string, unknown>, scheme: string): undefined {
  const option = OF_TLS.find(name => given.has(name));
  if (option === undefined) return undefined;
  const secure = `${scheme}s`;
  const hint = Object.hasOwn(SCHEMES, secure) ? `: write ${secure}://` : ', which has none';
  throw new Misread(`${option} is an option of TLS; ${scheme} is without it${hint}`);
}

/** A name that a server is asked for in a handshake, which has no dot at its end (RFC 6066, 3); throws Misread. */
function parseServerName(value: unknown): string {
  const what = 'the name of a host, such as app.internal';
  if (typeof value !== 'string' || value === '') throw expected(what, value);
  const name = parseHost(value).toLowerCase().replace(/\.$/, '');
  if (/^[\d.]+$|:/.test(name)) throw expected(`${what}: an address is no server name (RFC 6066, 3)`, value);
  return name;
}

function parseSendProxy(value: string | undefined, scheme: string): 1 | 2 {
  if (scheme === 'cgi') throw new Misread('send-proxy is for backends with a socket; a program has none');
  if (value === undefined || value === 'v2') return 2;
  if (value === 'v1') return 1;
  throw expected('send-proxy, send-proxy=v1 or send-proxy=v2', value);
}
