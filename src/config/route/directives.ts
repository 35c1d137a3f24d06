import { parseHashKey } from '../balance.ts';
import { parseDurationOrOff } from '../duration.ts';
import { expected, Misread, show } from '../misread.ts';
import { nearest, unknownWord } from '../nearest.ts';
import { parsePoolName } from '../pool-name.ts';
import { parseShare } from '../share.ts';
import { errorPage } from './error-page.ts';
import { parseFieldLine } from './field-edits.ts';
import { parseDecidingField, parseFieldName, type Side } from './field-name.ts';
import {
  joinPairs,
  parseCookiePathPair,
  parseDomainPair,
  parsePatternPair,
  parsePrefix,
  parseReversePair,
} from './pairs.ts';
import type { EditWords, RewriteWords, RouteWords } from './route-words.ts';
import { templateText } from './template-text.ts';
import { splitWords, unquote } from './words.ts';

/** Reads what follows the name of a directive into a route; throws Misread. */
type Reader = (route: RouteWords, text: string) => void;

/** The directives of a rule by name; those that may be given once alone are said so where they are read. */
const DIRECTIVES: Readonly<Record<string, Reader>> = {
  reads: once('reads', text => parsePoolName(one(text, 'POOL'))),
  'read-your-writes': once('read-your-writes', text => parseDurationOrOff(one(text, 'DURATION'))),
  canary: once('canary', parseCanary),
  mirror: once('mirror', text => {
    const [pool, share] = words(text, 2, 'POOL SHARE');
    return { pool: parsePoolName(pool), share: parseShare(share) };
  }),
  prefix: paths('prefix', 'FROM TO', parsePrefix),
  path: paths('path', 'REGEX TO', parsePatternPair),
  query: rewriting((rewrite, text) => {
    const [from, to] = words(text, 2, 'REGEX TO');
    rewrite.query = [...(rewrite.query ?? []), parsePatternPair(from!, to!)];
  }),
  'set-query': text('set-query', 'a query such as page=1&{query}, or "" for none'),
  host: text('host', 'a host such as app.internal'),
  set: field('request', 'set'),
  add: field('request', 'add'),
  remove: removal('request'),
  'response-set': field('response', 'set'),
  'response-add': field('response', 'add'),
  'response-remove': removal('response'),
  reverse: rewriting((rewrite, text) => {
    const given = splitWords(text).map(unquote);
    const off = given.length === 1 && given[0] === 'off';
    if (!off && given.length !== 2) throw expected('off, or FROM TO', text);
    if (rewrite.reverse?.mode === 'off' || (off && rewrite.reverse !== undefined)) {
      throw new Misread('off lets all places be: leave the other reverse out');
    }
    const before = rewrite.reverse?.pairs;
    const pairs = off ? [] : joinPairs('reverse', before, [parseReversePair(given[0]!, given[1]!)]);
    rewrite.reverse = { mode: off ? 'off' : 'auto', pairs };
  }),
  'cookie-domain': pairs('cookie-domain', parseDomainPair),
  'cookie-path': pairs('cookie-path', parseCookiePathPair),
  docroot: text('docroot', 'a directory such as /srv/{host}'),
  'script-name': text('script-name', 'a path such as /app'),
  'path-info': text('path-info', 'a path such as {path}'),
  error: (route, text) => {
    const given = splitWords(text).map(unquote);
    const intercept = given.length === 3 && given[2] === 'intercept';
    if (given.length !== (intercept ? 3 : 2))
      throw expected('STATUSES FILE, or STATUSES FILE intercept', text);
    route.errors = [...(route.errors ?? []), errorPage(given[0], given[1], intercept)];
  },
};

/** What a rule may say behind its target. */
export const DIRECTIVE_NAMES: readonly string[] = Object.keys(DIRECTIVES);

/** Reads a directive of a rule into a route; throws Misread. */
export function readDirective(route: RouteWords, part: string): void {
  const [name = ''] = /^\S*/.exec(part) ?? [];
  const reader = Object.hasOwn(DIRECTIVES, name) ? DIRECTIVES[name] : undefined;
  if (reader === undefined) {
    const hint = nearest(name, DIRECTIVE_NAMES) === undefined ? '; a value with "; " in it needs quotes' : '';
    throw new Misread(`${unknownWord('directive', name, DIRECTIVE_NAMES)}${hint}`);
  }
  try {
    reader(route, part.slice(name.length).trim());
  } catch (error) {
    throw error instanceof Misread ? new Misread(`${name}: ${error.message}`) : error;
  }
}

function once<K extends 'reads' | 'read-your-writes' | 'canary' | 'mirror'>(
  key: K,
  parse: (text: string) => NonNullable<RouteWords[K]>,
): Reader {
  return (route, text) => {
    if (route[key] !== undefined) throw new Misread('it is given twice');
    route[key] = parse(text);
  };
}

function rewriting(read: (rewrite: RewriteWords, text: string) => void): Reader {
  return (route, text) => {
    route.rewrite ??= {};
    read(route.rewrite, text);
  };
}

/** Both kinds of changes to a path stand in one list, for their order counts. */
function paths(what: string, form: string, parse: typeof parsePrefix): Reader {
  return rewriting((rewrite, text) => {
    const [from, to] = words(text, 2, form);
    const next = parse(from!, to!);
    if (rewrite.path?.some(other => other.kind === next.kind && other.from === next.from)) {
      throw new Misread(`${what} ${next.from} is given twice`);
    }
    rewrite.path = [...(rewrite.path ?? []), next];
  });
}

function text(key: 'set-query' | 'host' | 'docroot' | 'script-name' | 'path-info', what: string): Reader {
  const parse = templateText(what);
  return rewriting((rewrite, given) => {
    if (rewrite[key] !== undefined) throw new Misread('it is given twice');
    rewrite[key] = key === 'set-query' && given === '""' ? '' : parse(whole(given));
  });
}

function pairs(key: 'cookie-domain' | 'cookie-path', parse: typeof parseDomainPair): Reader {
  return rewriting((rewrite, text) => {
    const [from, to] = words(text, 2, 'FROM TO');
    rewrite[key] = joinPairs(key, rewrite[key], [parse(from!, to!)]);
  });
}

function field(side: Side, verb: 'set' | 'add'): Reader {
  return edit(side, (edits, text) => {
    const colon = text.indexOf(':');
    const line = colon < 0 ? text : `${text.slice(0, colon)}: ${whole(text.slice(colon + 1).trim())}`;
    edits[verb] = [...(edits[verb] ?? []), parseFieldLine(side, verb, line)];
  });
}

function removal(side: Side): Reader {
  return edit(side, (edits, text) => {
    edits.remove = [...(edits.remove ?? []), parseFieldName(side, 'remove', one(text, 'NAME'))];
  });
}

function edit(side: Side, read: (edits: EditWords, text: string) => void): Reader {
  return rewriting((rewrite, text) => {
    rewrite[side] ??= {};
    read(rewrite[side], text);
  });
}

function parseCanary(text: string): NonNullable<RouteWords['canary']> {
  const form = 'POOL SHARE [by KEY] [header NAME]';
  const [pool, share, ...rest] = splitWords(text).map(unquote);
  if (pool === undefined || share === undefined || rest.length % 2 !== 0) throw expected(form, text);
  const options = new Map<string, string>();
  for (let i = 0; i < rest.length; i += 2) {
    const name = rest[i]!;
    if (name !== 'by' && name !== 'header') throw expected(form, text);
    if (options.has(name)) throw new Misread(`${name} is given twice`);
    options.set(name, rest[i + 1]!);
  }
  return {
    pool: parsePoolName(pool),
    share: parseShare(share),
    by: options.has('by') ? parseHashKey(options.get('by')) : undefined,
    header: options.has('header') ? parseDecidingField(options.get('header')) : '',
  };
}

/** The words of a text, which have to be so many. */
function words(text: string, count: number, form: string): readonly string[] {
  const given = splitWords(text).map(unquote);
  if (given.length === count) return given;
  const torn = given.length > count && /;\S/.test(text) ? ' (";" needs a blank behind it)' : '';
  const hint = torn || (given.length > count ? ' (what has spaces in it needs quotes)' : '');
  throw new Misread(`expected ${form}${hint}; got ${show(text)}`);
}

function one(text: string, form: string): string {
  return words(text, 1, form)[0]!;
}

/** The rest of a directive as one text, without quotes around the whole of it. */
function whole(text: string): string {
  return splitWords(text).length === 1 ? unquote(text) : text;
}
