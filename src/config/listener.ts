import { UNIX } from './cidr.ts';
import type { ListenConfig, ListenOptions, ListenTlsConfig } from './config.ts';
import { parseFileName } from './file-name.ts';
import { parseListenAddress } from './listen-address.ts';
import { expected, Misread } from './misread.ts';
import { unknownWord } from './nearest.ts';
import { parseTrusted } from './trust.ts';
import { parseWord } from './word.ts';

const OPTIONS = ['tls', 'cert', 'key', 'client-ca', 'client-auth', 'min-version', 'proxy-protocol'];

/** What may be said more than once. */
const REPEATED = ['cert', 'key', 'proxy-protocol'];

/** The first option behind what may have commas of its own. */
const FIRST_OPTION = new RegExp(`,(?=(?:${OPTIONS.join('|')})(?:[=,]|$))`);

const parseMinVersion = parseWord(['1.2', '1.3']);
const parseClientAuth = parseWord(['required', 'optional']);

/** Where to listen and, after commas, what is spoken there; paths of files as written. Throws Misread. */
export function parseListener(value: unknown): ListenConfig {
  if (typeof value !== 'string' || !value.includes(',')) return parseListenAddress(value);
  // The path of a socket may have commas in it, and so may a name of the service manager's.
  const end = /^(?:unix:|systemd:)/.test(value) ? value.search(FIRST_OPTION) : value.indexOf(',');
  if (end < 0) return parseListenAddress(value);
  const address = parseListenAddress(value.slice(0, end));
  const options = parseOptions(value.slice(end + 1).split(','));
  refuseNobody(address, options);
  return { ...address, text: value, ...options };
}

/** Who connects to a unix socket has no address, and all others have one. */
function refuseNobody({ kind }: ListenConfig, { proxyProtocol }: ListenOptions): void {
  if (proxyProtocol === undefined || kind === 'passed') return;
  const isUnix = kind === 'unix';
  if (proxyProtocol.some(network => (network === UNIX) === isUnix)) return;
  throw new Misread(
    isUnix
      ? 'proxy-protocol: nobody has an address on a unix socket: write proxy-protocol=unix'
      : 'proxy-protocol: unix is for unix sockets: name the networks of the proxies in front, such as 10.0.0.0/8',
  );
}

function parseOptions(words: readonly string[]): ListenOptions {
  const given = readOptions(words);
  const networks = given.get('proxy-protocol');
  const foreign = OPTIONS.slice(1, -1).find(name => given.has(name));
  if (!given.has('tls') && foreign !== undefined) {
    throw new Misread(`${foreign}= is an option of TLS: put ,tls before it, or leave it out`);
  }
  return {
    ...(given.has('tls') ? { tls: parseTls(given) } : {}),
    ...(networks === undefined
      ? {}
      : { proxyProtocol: networks.map(text => named('proxy-protocol', text, parseTrusted)) }),
  };
}

/** Options by name, each with its values. */
function readOptions(words: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const given = new Map<string, string[]>();
  for (const word of words) {
    const [name = '', ...rest] = word.split('=');
    if (!OPTIONS.includes(name)) throw new Misread(unknownWord('listener option', name, OPTIONS));
    if (name === 'tls' && rest.length > 0) throw new Misread('the listener option tls takes no value');
    const before = given.get(name);
    if (before !== undefined && !REPEATED.includes(name)) {
      throw new Misread(`the listener option ${name} is given twice`);
    }
    given.set(name, [...(before ?? []), rest.join('=')]);
  }
  return given;
}

function parseTls(given: ReadonlyMap<string, readonly string[]>): ListenTlsConfig {
  const [clientAuth] = given.get('client-auth') ?? [];
  const [clientCa] = given.get('client-ca') ?? [];
  const [minVersion] = given.get('min-version') ?? [];
  if (clientAuth !== undefined && clientCa === undefined) {
    throw new Misread('client-auth= is for clients with certificates: add client-ca=FILE with their issuers');
  }
  return {
    certificates: pairs(given.get('cert') ?? [], given.get('key') ?? []),
    clientCa: clientCa === undefined ? '' : named('client-ca', clientCa, parseFileName),
    clientAuth: clientAuth === undefined ? 'required' : named('client-auth', clientAuth, parseClientAuth),
    minVersion: minVersion === undefined ? '1.2' : named('min-version', minVersion, parseMinVersion),
  };
}

function pairs(certs: readonly string[], keys: readonly string[]): ListenTlsConfig['certificates'] {
  if (certs.length === 0) throw new Misread('tls needs a certificate: add cert=FILE,key=FILE');
  if (certs.length > keys.length) {
    throw new Misread(
      `cert=${certs[keys.length]} has no key: add key=FILE behind it, the same file if it holds both`,
    );
  }
  if (keys.length > certs.length) {
    throw new Misread(`key=${keys[certs.length]} has no certificate: add cert=FILE before it`);
  }
  return certs.map((cert, i) => ({
    cert: named('cert', cert, parseFileName),
    key: named('key', keys[i]!, parseFileName),
  }));
}

function named<T>(name: string, text: string, parse: (value: unknown) => T): T {
  try {
    if (text === '') throw expected('a value behind "="', text);
    return parse(text);
  } catch (error) {
    throw error instanceof Misread ? new Misread(`${name}: ${error.message}`) : error;
  }
}
