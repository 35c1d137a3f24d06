import { expected, Misread, show } from './misread.ts';

/** The names of files that stand for a directory: a list, or a text with commas; `off`: none. Throws Misread. */
export function parseIndex(value: unknown): readonly string[] {
  return parseNames(value, 'a file name such as index.php', name => {
    if (name.includes('/') || name === '.' || name === '..') {
      throw new Misread(`an index is the name of a file, without a directory; got ${show(name)}`);
    }
    return name;
  });
}

/** What the names of scripts end in, in lower case: a list, or a text with commas; throws Misread. */
export function parseSuffixes(value: unknown): readonly string[] {
  return parseNames(value, 'an ending such as .php', name => {
    if (/^\.[A-Za-z0-9_-]+$/.test(name)) return name.toLowerCase();
    const hint = /^[A-Za-z0-9_-]+$/.test(name) ? `: write .${name}` : '';
    throw new Misread(`${expected('an ending such as .php', name).message}${hint}`);
  });
}

/** What is looked for, in order: `{path}`, `{path}/`, a path below the root, and `=404` at the end; throws Misread. */
export function parseTry(value: unknown): readonly string[] {
  const entries = parseNames(value, '{path}, {path}/, a path such as /index.php, or =404', parseTryEntry);
  if (entries.length === 0) throw expected('what to try, such as {path},{path}/,/index.php', value);
  const early = entries.findIndex((entry, i) => entry.startsWith('=') && i < entries.length - 1);
  if (early >= 0) throw new Misread(`${entries[early]} ends the list: put it last`);
  return entries;
}

function parseTryEntry(entry: string): string {
  if (entry === '{path}' || entry === '{path}/') return entry;
  if (/^=4\d\d$/.test(entry)) return entry;
  if (entry.startsWith('=')) throw expected('= and a status from 400 to 499, as in =404', entry);
  const known = entry.replaceAll(/\$uri|%\{REQUEST_FILENAME\}|\{http\.request\.uri\.path\}/g, '{path}');
  if (known !== entry) throw new Misread(`the path of the request is written {path}; got ${show(entry)}`);
  if (!entry.startsWith('/') || /[{}?#]/.test(entry) || hasDots(entry)) {
    throw expected(
      '{path}, {path}/, =404, or a path below the root such as /index.php (the query is passed on by itself)',
      entry,
    );
  }
  return entry;
}

/** Whether a path has a segment `.` or `..`. */
export function hasDots(path: string): boolean {
  return path.split('/').some(segment => segment === '.' || segment === '..');
}

function parseNames(value: unknown, what: string, parse: (name: string) => string): readonly string[] {
  if (value === 'off') return [];
  const names = typeof value === 'string' ? value.split(',') : value;
  if (!Array.isArray(names)) throw expected(what, value);
  return [
    ...new Set(
      names.map((name: unknown) => {
        if (typeof name !== 'string' || name.trim() === '') throw expected(what, name);
        if (name.includes('\0')) throw new Misread('a file name has no NUL byte');
        return parse(name.trim());
      }),
    ),
  ];
}
