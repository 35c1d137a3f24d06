import { parseAbsoluteDirectory } from './absolute-path.ts';
import type { HostOptions } from './backend-host.ts';
import { parseTransport, TRANSPORT_OPTIONS } from './backend-transport.ts';
import { toByteText } from './byte-text.ts';
import type { BackendConfig } from './config.ts';
import { parseInteger } from './integer.ts';
import { expected, Misread } from './misread.ts';
import { nearest, unknownWord } from './nearest.ts';
import { isCgiFamily } from './schemes.ts';

/** What may follow a backend URL after commas. */
export interface BackendOptions extends HostOptions, Pick<BackendConfig, 'tls' | 'sendProxy'> {
  readonly weight: number;
  /** undefined: the pool's setting. */
  readonly maxConns: number | undefined;
  readonly backup: boolean;
  /** undefined: the URL gives the name. */
  readonly name: string | undefined;
  /** The document root as the application sees it, bytes as latin1; empty: as the gateway does. */
  readonly docroot: string;
  /** Requests that may share a connection; 1: none. */
  readonly multiplex: number;
}

const NAMES = [
  ...['weight', 'max-conns', 'backup', 'name', 'docroot', 'mpxs', 'no-split', 'family'],
  ...TRANSPORT_OPTIONS,
];
const parseMaxConns = parseInteger(1, 1_000_000);
const parseMultiplex = parseInteger(1, 65_535);

/** The weight of a backend; throws Misread. */
export const parseWeight = parseInteger(1, 1000);

/** The options of a backend with this scheme, each at most once; throws Misread. */
export function parseBackendOptions(options: readonly string[], scheme: string): BackendOptions {
  const given = new Map<string, string | undefined>();
  for (const option of options) {
    const equals = option.indexOf('=');
    const name = equals < 0 ? option : option.slice(0, equals);
    if (!NAMES.includes(name)) throw unknownOption(name);
    if (given.has(name)) throw new Misread(`the backend option ${name} is given twice`);
    given.set(name, equals < 0 ? undefined : option.slice(equals + 1));
  }
  const optional = <T>(name: string, parse: (value: unknown) => T): T | undefined =>
    given.has(name) ? parseOption(name, given.get(name), parse) : undefined;
  refuseForeign(given, scheme);
  return {
    weight: optional('weight', parseWeight) ?? 1,
    maxConns: optional('max-conns', parseMaxConns),
    backup: parseSwitch('backup', given),
    name: given.has('name') ? parseName(given.get('name')) : undefined,
    docroot: toByteText(optional('docroot', parseAbsoluteDirectory) ?? ''),
    multiplex: optional('mpxs', parseMultiplex) ?? 1,
    noSplit: parseSwitch('no-split', given),
    family: optional('family', parseFamily) ?? 0,
    ...parseTransport(given, scheme, optional),
  };
}

/** What others call an option, and what it is called here. */
const ELSEWHERE: readonly (readonly [names: RegExp, remedy: string])[] = [
  [/^ca-?(?:file|cert|certs|bundle)$/, 'the issuers to trust are named by ca=FILE'],
  [/^(?:crt|certificate|cert-?file)$/, 'a certificate is named by cert=FILE,key=FILE'],
  [/^key-?file$/, 'a key is named by key=FILE'],
  [/^(?:ssl-?|tls-?)?(?:no-?)?verify$/, 'a certificate is checked unless the option insecure says otherwise'],
  [/^(?:ssl|tls)$/, 'TLS is a part of the scheme, such as https:// or fcgis://'],
  [/^(?:server-?name|verifyhost)$/, 'the name to ask for is given by sni=NAME'],
  [/^proxy-?protocol$/, 'a PROXY header is sent by send-proxy'],
];

function unknownOption(name: string): Misread {
  const unknown = `unknown backend option ${JSON.stringify(name)}`;
  const remedy = ELSEWHERE.find(([names]) => names.test(name.toLowerCase()))?.[1];
  if (remedy !== undefined) return new Misread(`${unknown}: ${remedy}`);
  if (nearest(name, NAMES) !== undefined) return new Misread(unknownWord('backend option', name, NAMES));
  return new Misread(`${unknown}; known are: ${NAMES.join(', ')}`);
}

/** Options that mean nothing to the scheme would be ignored in silence. */
function refuseForeign(given: ReadonlyMap<string, unknown>, scheme: string): void {
  if (given.has('mpxs') && !/^fcgi(s|\+unix)?$/.test(scheme)) {
    throw new Misread(
      `mpxs is an option of fcgi, fcgis and fcgi+unix; ${scheme} has one request on a connection`,
    );
  }
  if (given.has('docroot') && !isCgiFamily(scheme)) {
    throw new Misread(`docroot is an option of applications that run scripts; ${scheme} has no scripts`);
  }
}

function parseOption<T>(name: string, text: string | undefined, parse: (value: unknown) => T): T {
  try {
    return parse(text);
  } catch (error) {
    throw error instanceof Misread ? new Misread(`${name}: ${error.message}`) : error;
  }
}

function parseFamily(text: unknown): 4 | 6 {
  if (text === '4') return 4;
  if (text === '6') return 6;
  throw expected('4 or 6', text);
}

function parseSwitch(name: string, given: ReadonlyMap<string, string | undefined>): boolean {
  if (given.get(name) === undefined) return given.has(name);
  throw new Misread(`the backend option ${name} takes no value`);
}

function parseName(text: string | undefined): string {
  if (text === undefined || !/^[\x21-\x7e]{1,64}$/.test(text)) {
    throw expected('name= with 1 to 64 printable characters without a space', text);
  }
  return text;
}
