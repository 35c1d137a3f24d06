import { serverName } from '../cgi/server-name.ts';
import { certificateOf } from '../cgi/tls-variables.ts';
import type { Exchange } from '../exchange.ts';
import { firstValue } from '../fields.ts';
import { pathOf, queryOf } from '../http1/target.ts';
import type { ClientCertificate } from '../protocol.ts';

/**
 * What a variable's value is: text that means itself, text of a URL as it came, percent-encoded, or a host, which stands
 * in a URL as it is.
 */
export type Form = 'text' | 'url' | 'host';

/** Something that a request says, by its name in templates; latin1, and empty where the request does not say it. */
export interface Variable {
  readonly form: Form;
  read(exchange: Exchange): string;
}

const text = (read: Variable['read']): Variable => ({ form: 'text', read });
const url = (read: Variable['read']): Variable => ({ form: 'url', read });
const host = (read: Variable['read']): Variable => ({ form: 'host', read });
const ofCertificate = (read: (certificate: ClientCertificate) => string): Variable =>
  text(exchange => {
    const certificate = certificateOf(exchange);
    return certificate ? read(certificate) : '';
  });

const PLAIN: ReadonlyMap<string, Variable> = new Map([
  ['client', text(({ client }) => client)],
  ['port', text(exchange => serverName(exchange).port)],
  ['host', host(exchange => exchange.host)],
  ['hostname', host(exchange => plainName(exchange.host))],
  ['method', text(({ method }) => method)],
  ['scheme', text(({ secure }) => (secure ? 'https' : 'http'))],
  ['path', url(({ target }) => pathOf(target))],
  ['query', url(({ target }) => queryOf(target))],
  ['target', url(({ target }) => target)],
  ['id', text(({ id }) => id)],
  ['route', text(({ routeName }) => routeName)],
  ['tls.version', text(({ tls }) => tls?.version ?? '')],
  ['tls.cipher', text(({ tls }) => tls?.cipher ?? '')],
  ['tls.server-name', text(({ tls }) => tls?.serverName ?? '')],
  ['tls.subject', ofCertificate(({ subject }) => subject)],
  ['tls.issuer', ofCertificate(({ issuer }) => issuer)],
  ['tls.serial', ofCertificate(({ serial }) => serial)],
  ['tls.fingerprint', ofCertificate(({ fingerprint }) => fingerprint)],
  ['tls.verified', ofCertificate(({ verified }) => (verified ? 'yes' : 'no'))],
]);

/** The variables that are families, each member with a name of its own behind a colon. */
const FAMILIES: ReadonlyMap<string, (name: string) => Variable> = new Map([
  ['header', headerVariable],
  ['cookie', name => text(({ fields }) => pairValue(firstValue(fields, 'cookie') ?? '', ';', name))],
  ['query', name => url(({ target }) => pairValue(queryOf(target), '&', name))],
]);

/** The names of all variables, as they are told to people. */
export const VARIABLE_NAMES: readonly string[] = [
  ...PLAIN.keys(),
  ...[...FAMILIES.keys()].map(family => `${family}:NAME`),
];

/** The variable of that name; undefined: there is none. */
export function variableOf(name: string): Variable | undefined {
  const colon = name.indexOf(':');
  if (colon === -1) return PLAIN.get(name);
  return colon === name.length - 1 ? undefined : FAMILIES.get(name.slice(0, colon))?.(name.slice(colon + 1));
}

/** A Host as names are compared: without its port and the dot of the root, in lower case. */
function plainName(authority: string): string {
  const name = hostnameOf(authority).toLowerCase();
  return name.endsWith('.') ? name.slice(0, -1) : name;
}

/** A Host without its port. */
export function hostnameOf(authority: string): string {
  const colon = authority.lastIndexOf(':');
  return colon === -1 || authority.endsWith(']') ? authority : authority.slice(0, colon);
}

/** Host is kept apart from the other fields. */
function headerVariable(name: string): Variable {
  const lower = name.toLowerCase();
  return lower === 'host'
    ? text(exchange => exchange.host)
    : text(({ fields }) => firstValue(fields, lower) ?? '');
}

/** The value of the first `name=value` in a list. */
function pairValue(list: string, separator: string, name: string): string {
  for (const part of list.split(separator)) {
    const at = part.indexOf('=');
    if (at !== -1 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return '';
}
