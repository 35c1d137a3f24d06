import { parseBackendOptions } from './backend-options.ts';
import type { BackendConfig } from './config.ts';
import { joinHostPort, parseHostPort } from './host-port.ts';
import { expected, Misread, show } from './misread.ts';
import { nearest } from './nearest.ts';
import { LATER, SCHEMES, type Scheme } from './schemes.ts';
import { parseUnixPath } from './unix-path.ts';

const WHAT = 'a backend URL such as http://127.0.0.1:3000 or http+unix:///run/app.sock';

interface Place {
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

/** A backend of a URL and its options after commas, such as `http://127.0.0.1:3000,weight=2`; throws Misread. */
export function parseBackendUrl(value: unknown): BackendConfig {
  if (typeof value !== 'string' || value === '') throw expected(WHAT, value);
  const [url, ...options] = value.split(',') as [string, ...string[]];
  const { name, scheme, rest } = parseScheme(url);
  const place = scheme.unix ? parseUnix(url, rest) : parseTcp(rest, scheme);
  const { weight, maxConns, backup, name: called } = parseBackendOptions(options);
  const usual = scheme.unix ? place.path : joinHostPort(place.host, place.port);
  return {
    url,
    scheme: name,
    ...place,
    docroot: '',
    multiplex: 1,
    name: called ?? usual,
    weight,
    maxConns,
    backup,
  };
}

function parseScheme(url: string): { name: string; scheme: Scheme; rest: string } {
  const match = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/(.*)$/s.exec(url);
  if (match === null) throw expectedUrl(url);
  const name = match[1]!.toLowerCase();
  const scheme = Object.hasOwn(SCHEMES, name) ? SCHEMES[name] : undefined;
  if (scheme !== undefined) return { name, scheme, rest: match[2]! };
  if (name === 'unix') throw expectedUrl(url);
  const known = Object.keys(SCHEMES);
  if (Object.hasOwn(LATER, name)) {
    throw new Misread(
      `${LATER[name]} (${name}) is not there yet; a backend URL has one of the schemes ${known.join(', ')}`,
    );
  }
  const near = nearest(name, known);
  const hint = near === undefined ? '' : `, the nearest is ${near}`;
  throw new Misread(
    `expected a backend URL with one of the schemes ${known.join(', ')}; got ${show(name)}${hint}`,
  );
}

/** The error for a text that is no URL; other servers and `--listen` write `unix:/PATH`. */
function expectedUrl(text: string): Misread {
  const [, path] = /^unix:(?:\/\/(?=[/@]))?([/@].+)$/s.exec(text) ?? [];
  if (path === undefined) return expected(WHAT, text);
  return new Misread(`${expected(WHAT, text).message}: write http+unix://${path}`);
}

function parseUnix(url: string, rest: string): Place {
  if (!rest.startsWith('/') && !rest.startsWith('@')) {
    throw new Misread(
      `a unix socket has an absolute path or an abstract name, as in http+unix:///run/app.sock or http+unix://@app; got ${show(url)}`,
    );
  }
  return { host: '', port: 0, path: parseUnixPath(rest) };
}

function parseTcp(rest: string, scheme: Scheme): Place {
  const authority = rest.endsWith('/') ? rest.slice(0, -1) : rest;
  if (/[/?#]/.test(authority)) {
    throw new Misread(
      `a backend URL ends after the port; got ${show(authority.slice(authority.search(/[/?#]/)))} behind it`,
    );
  }
  if (authority.includes('@')) throw new Misread('a backend URL has no user name or password');
  if (authority === '') throw expected(WHAT, `http://${rest}`);
  const { host, port } = parseHostPort(authority, 1);
  const used = port ?? scheme.defaultPort;
  if (used === undefined) throw new Misread(`the port is missing behind ${show(authority)}`);
  return { host, port: used, path: '' };
}
