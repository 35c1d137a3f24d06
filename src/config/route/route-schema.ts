import type { z } from 'zod';
import { parseHashKey } from '../balance.ts';
import { parseDurationOrOff } from '../duration.ts';
import { expected, Misread, show } from '../misread.ts';
import { parsePoolName } from '../pool-name.ts';
import { parseRouteName } from '../route-name.ts';
import { count, mapping, one, required } from '../setting.ts';
import { parseShare } from '../share.ts';
import { condition, type NAMED_KINDS, namedCondition, type PLAIN_KINDS } from './condition.ts';
import { parseErrors, parseMediaType } from './error-page.ts';
import { parseFields, parseRemoved } from './field-edits.ts';
import { parseDecidingField, type Side } from './field-name.ts';
import {
  pairsOf,
  parseCookiePathPair,
  parseDomainPair,
  parsePatternPair,
  parsePrefix,
  parseReverse,
} from './pairs.ts';
import { parseRedirect, parseRespond, parseReturn, parseTarget } from './target.ts';
import { templateText } from './template-text.ts';

const WORDS = { anyOf: [{ type: 'string' }, { type: 'array', items: { type: ['string', 'integer'] } }] };
const FIELDS = { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean', 'array'] } };
const TEXTS = { type: 'object', additionalProperties: WORDS };
const PAIR = { type: 'array', items: { type: 'string' }, minItems: 2, maxItems: 2 };
const PAIRS = { anyOf: [PAIR, { type: 'array', items: PAIR }] };
const FLAG = { type: 'boolean' };

/** Values of a condition in the file: a list, or one; hosts, methods and networks may also stand in one text with commas. */
function plain(kind: (typeof PLAIN_KINDS)[number]) {
  return (negated: boolean) =>
    one(value => condition(kind, textsOf(kind, value, kind !== 'path'), negated), WORDS);
}

function named(kind: (typeof NAMED_KINDS)[number]) {
  return (negated: boolean) =>
    one(value => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        throw expected(
          `a mapping from names to values, such as { ${kind === 'header' ? 'X-Version' : 'page'}: "2" }`,
          value,
        );
      }
      return Object.entries(value).map(([name, texts]) =>
        namedCondition(kind, name, textsOf(`${kind} ${name}`, texts, false), negated),
      );
    }, TEXTS);
}

function textsOf(what: string, value: unknown, commas: boolean): readonly string[] {
  const given: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (given.length === 0) throw expected(`a value for ${what}`, undefined);
  return given.flatMap(one => {
    const text = typeof one === 'number' || typeof one === 'boolean' ? String(one) : one;
    if (typeof text !== 'string') throw expected(`a text for ${what}`, text);
    return commas && !text.startsWith('~') ? text.split(',').map(part => part.trim()) : [text];
  });
}

function conditions(negated: boolean) {
  return {
    host: plain('host')(negated),
    path: plain('path')(negated),
    method: plain('method')(negated),
    header: named('header')(negated),
    cookie: named('cookie')(negated),
    query: named('query')(negated),
    client: plain('client')(negated),
  };
}

function edits(side: Side) {
  return mapping({
    set: one(parseFields(side, 'set'), FIELDS),
    add: one(parseFields(side, 'add'), FIELDS),
    remove: one(parseRemoved(side), WORDS),
  }).optional();
}

const FROM_TO = '[FROM, TO], or a list of these';

const rewrite = mapping({
  prefix: one(pairsOf(FROM_TO, parsePrefix), PAIRS),
  path: one(pairsOf('[REGEX, TO], or a list of these', parsePatternPair), PAIRS),
  query: one(pairsOf('[REGEX, TO], or a list of these', parsePatternPair), PAIRS),
  'set-query': one(value => (value === '' ? '' : parseQueryText(value))),
  host: one(templateText('a host such as app.internal')),
  request: edits('request'),
  response: edits('response'),
  reverse: one(parseReverse, { anyOf: [{ enum: ['auto', 'off'] }, ...PAIRS.anyOf] }),
  'cookie-domain': one(pairsOf(FROM_TO, parseDomainPair), PAIRS),
  'cookie-path': one(pairsOf(FROM_TO, parseCookiePathPair), PAIRS),
  docroot: one(templateText('a directory such as /srv/{host}')),
  'script-name': one(templateText('a path such as /app')),
  'path-info': one(templateText('a path such as {path}')),
});

const parseQueryText = templateText('a query such as page=1&{query}, or "" for none');

/** A mapping in the file for which a rule has a word and texts: either is read. */
function action<T>(
  verb: string,
  keys: readonly string[],
  parse: (words: Readonly<Record<string, unknown>>) => T,
) {
  const properties = Object.fromEntries(keys.map(key => [key, { type: ['string', 'integer'] }]));
  return one(
    value => {
      if (typeof value === 'string') return parseTarget(`${verb} ${value}`) as T;
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        throw expected(`a mapping with ${keys.join(', ')}`, value);
      }
      const unknown = Object.keys(value).find(key => !keys.includes(key));
      if (unknown !== undefined)
        throw new Misread(`unknown key ${show(unknown)}; known are: ${keys.join(', ')}`);
      return parse(value as Record<string, unknown>);
    },
    { type: ['string', 'object'], properties, additionalProperties: false },
  );
}

/** Where a route may lead, one of them. */
const TARGETS = ['pool', 'redirect', 'respond', 'return'] as const;

/** A route in the file. */
export const route = mapping({
  match: mapping({ ...conditions(false), not: mapping(conditions(true)).optional() }).optional(),
  pool: one(parsePoolName),
  name: one(parseRouteName),
  internal: one(parseSwitch, FLAG),
  redirect: action('redirect', ['status', 'to'], ({ status, to }) => parseRedirect({ status, to })),
  respond: action('respond', ['status', 'body', 'type'], ({ status = 200, body, type }) =>
    parseRespond({ status, body, type: type === undefined ? undefined : parseMediaType(type) }),
  ),
  return: count(parseReturn),
  reads: one(parsePoolName),
  'read-your-writes': one(parseDurationOrOff),
  canary: mapping({
    pool: required(parsePoolName),
    share: required(parseShare),
    by: one(parseHashKey),
    header: one(parseDecidingField),
  }).optional(),
  mirror: mapping({ pool: required(parsePoolName), share: required(parseShare) }).optional(),
  rewrite: rewrite.optional(),
  errors: one(parseErrors, { type: 'object' }),
}).superRefine((value, context) => {
  const given = TARGETS.filter(key => value[key] !== undefined);
  if (given.length === 1) return;
  const message =
    given.length === 0
      ? 'where does it lead? add pool: NAME, redirect, respond or return'
      : `a route leads to one place: keep one of ${given.join(', ')}`;
  context.addIssue({ code: 'custom', message });
});

/** A route as the file describes it. */
export type RouteSettings = z.output<typeof route>;

function parseSwitch(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw expected('true or false', value);
}
