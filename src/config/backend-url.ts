import { expansionOf, parseServiceName } from './backend-host.ts';
import { parseBackendOptions } from './backend-options.ts';
import type { BackendConfig } from './config.ts';
import { joinHostPort, parseHostPort } from './host-port.ts';
import { expected, Misread, show } from './misread.ts';
import { nearest } from './nearest.ts';
import { isTls, LATER, SCHEMES, type Scheme } from './schemes.ts';
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
  const [url, ...words] = value.split(',') as [string, ...string[]];
  const services = /^srv\+/i.test(url);
  const { name: scheme, scheme: form, rest } = parseScheme(services ? url.slice(4) : url);
  const place = services ? parseServices(url, rest, scheme, form) : parsePlace(url, rest, scheme, form);
  const { noSplit, family, ...options } = parseBackendOptions(words, scheme);
  const expand = expansionOf(place.host, services, { noSplit, family });
  return {
    url,
    scheme,
    ...place,
    expand,
    family,
    ...options,
    name: options.name ?? usualName(place),
  };
}

/** What a backend is called unless it is given a name: its authority or its path. */
export function usualName({ host, port, path }: Place): string {
  if (path !== '') return path;
  return port === 0 ? host : joinHostPort(host, port);
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
  const near = name === 'fastcgi' ? 'fcgi' : nearest(name, known);
  const hint = near === undefined ? '' : `, the nearest is ${near}`;
  throw new Misread(
    `expected a backend URL with one of the schemes ${known.join(', ')}; got ${show(name)}${hint}`,
  );
}

/** The error for a text that is no URL; other servers and `--listen` write `unix:/PATH`. */
function expectedUrl(text: string): Misread {
  const [, path] = /^unix:(?:\/\/(?=[/@]))?([/@].+)$/s.exec(text) ?? [];
  if (path === undefined) return expected(WHAT, text);
  const scheme = /php|fpm|fcgi|fastcgi/i.test(path) ? 'fcgi' : 'http';
  return new Misread(`${expected(WHAT, text).message}: write ${scheme}+unix://${path}`);
}

function parsePlace(url: string, rest: string, name: string, scheme: Scheme): Place {
  if (scheme.place === 'unix') return parseUnix(url, rest, name);
  return scheme.place === 'file' ? parseFile(url, rest) : parseTcp(rest, name, scheme);
}

function parseServices(url: string, rest: string, name: string, scheme: Scheme): Place {
  if (scheme.place !== 'tcp') {
    const known = Object.keys(SCHEMES).filter(one => SCHEMES[one]!.place === 'tcp');
    throw new Misread(`srv+ stands before ${known.join(', ')}, whose servers have a host; got ${show(url)}`);
  }
  return { host: parseServiceName(parseAuthority(rest, name), name), port: 0, path: '' };
}

function parseUnix(url: string, rest: string, name: string): Place {
  if (!rest.startsWith('/') && !rest.startsWith('@')) {
    throw new Misread(
      `a unix socket has an absolute path or an abstract name, as in ${name}:///run/app.sock or ${name}://@app; got ${show(url)}`,
    );
  }
  return { host: '', port: 0, path: parseUnixPath(rest) };
}

/** A program, or with a slash at the end a directory of programs. */
function parseFile(url: string, rest: string): Place {
  if (!rest.startsWith('/')) {
    throw new Misread(
      `a program or a directory of programs has an absolute path, as in cgi:///usr/lib/cgi-bin/; got ${show(url)}`,
    );
  }
  if (rest.includes('\0')) throw new Misread('a path has no NUL byte');
  if (/^[/.]+$/.test(rest)) {
    throw new Misread('a directory of programs lies below the root of the file system; name one');
  }
  return { host: '', port: 0, path: rest };
}

function parseAuthority(rest: string, name: string): string {
  const authority = rest.endsWith('/') ? rest.slice(0, -1) : rest;
  if (authority === '' && rest === '/') throw noHost(name);
  if (/[/?#]/.test(authority)) throw behindPort(authority, name);
  if (authority.includes('@')) throw new Misread('a backend URL has no user name or password');
  if (authority === '') throw noHost(name);
  return authority;
}

function parseTcp(rest: string, name: string, scheme: Scheme): Place {
  const authority = parseAuthority(rest, name);
  const { host, port } = parseHostPort(authority, 1);
  const used = port ?? scheme.defaultPort;
  if (used !== undefined) return { host, port: used, path: '' };
  const usual = /^fcgis?$/.test(name) ? ' (PHP-FPM listens on 9000 unless it is told otherwise)' : '';
  throw new Misread(`the port is missing: write ${name}://${authority}:PORT${usual}`);
}

function noHost(name: string): Misread {
  return expected(WHAT, `${name}://`);
}

function behindPort(authority: string, name: string): Misread {
  if (authority.startsWith('/')) {
    const plain = isTls(name) ? name.slice(0, -1) : name;
    return new Misread(
      `the path of a unix socket needs the scheme ${plain}+unix: write ${plain}+unix://${authority}`,
    );
  }
  return new Misread(
    `a backend URL ends after the port; got ${show(authority.slice(authority.search(/[/?#]/)))} behind it`,
  );
}
