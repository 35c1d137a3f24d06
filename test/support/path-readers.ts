import { posix } from 'node:path';

/** What some server makes of the path of a target before it decides which file or page it is. */
export interface PathReader {
  readonly name: string;
  /** Undefined: it cannot be read. */
  read(path: string): string | undefined;
}

/** Decoded byte by byte, malformed or not. */
function decode(path: string): string {
  return path.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** As RFC 3986, 5.2.4 has it, step by step. */
function removeDots(path: string): string {
  let input = path;
  let output = '';
  while (input !== '') {
    if (input.startsWith('/./') || input === '/.') input = `/${input.slice(3)}`;
    else if (input.startsWith('/../') || input === '/..') {
      input = `/${input.slice(4)}`;
      output = output.slice(0, Math.max(0, output.lastIndexOf('/')));
    } else {
      const end = input.indexOf('/', 1);
      output += end === -1 ? input : input.slice(0, end);
      input = end === -1 ? '' : input.slice(end);
    }
  }
  return output;
}

const merge = (path: string) => path.replace(/\/+/g, '/');
const turn = (path: string) => path.replaceAll('\\', '/');
const cutParameters = (path: string) => path.replace(/;[^/]*/g, '');

function readUrl(path: string): string | undefined {
  const url = URL.parse(path, 'http://localhost');
  return url === null ? undefined : decode(url.pathname);
}

/** How servers that are in use read paths, each written down on its own. */
export const PATH_READERS: readonly PathReader[] = [
  { name: 'decodes', read: decode },
  { name: 'decodes and resolves', read: path => removeDots(decode(path)) },
  { name: 'resolves and decodes', read: path => decode(removeDots(path)) },
  {
    name: 'decodes, resolves and merges, as nginx does',
    read: path => merge(removeDots(merge(decode(path)))),
  },
  {
    name: 'has nginx in front that sends on what it decoded',
    read: path => removeDots(decode(removeDots(merge(decode(path))))),
  },
  { name: 'parses a URL, as Node.js does', read: readUrl },
  {
    name: 'cuts parameters off, decodes and resolves, as Tomcat does',
    read: path => merge(removeDots(decode(cutParameters(path)))),
  },
  {
    name: 'decodes, cuts parameters off and resolves',
    read: path => removeDots(cutParameters(decode(path))),
  },
  {
    name: 'cuts off all from the first semicolon',
    read: path => removeDots(decode(path).replace(/;.*/s, '')),
  },
  { name: 'takes backslashes for slashes, as IIS does', read: path => merge(removeDots(turn(decode(path)))) },
  { name: 'normalises as a file system does', read: path => posix.normalize(decode(path)) },
  {
    name: 'keeps encoded slashes and resolves',
    read: path => decode(removeDots(path.replace(/%2e/gi, '.'))),
  },
  { name: 'decodes twice', read: path => removeDots(turn(decode(decode(path)))) },
  {
    name: 'resolves, decodes twice and resolves',
    read: path => merge(removeDots(decode(decode(removeDots(path))))),
  },
  { name: 'parses again what it has decoded', read: path => removeDots(decode(path).replace(/[?#].*/s, '')) },
];
