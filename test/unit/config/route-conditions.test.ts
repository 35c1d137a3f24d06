import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConditionConfig } from '../../../src/config/config.ts';
import { parseRoute } from '../../../src/config/route/rule.ts';
import { load, mistakes } from './loading.ts';
import { refuses, refusesAll } from './refuses.ts';

function conditions(text: string): readonly ConditionConfig[] {
  return parseRoute(`${text} -> api`).conditions;
}

function values(text: string): readonly string[] {
  return conditions(text)[0]!.values;
}

test('every kind of condition has its values, and the opposite of each is said by !=', () => {
  const kinds = [
    'host=a.test',
    'path=/x',
    'method=PUT',
    'client=10.0.0.0/8',
    'header:X-A=1',
    'cookie:a=b',
    'query:q=2',
  ];
  for (const text of kinds) {
    const [one] = conditions(text);
    const [opposite] = conditions(text.replace('=', '!='));
    assert.deepEqual([one!.negated, opposite!.negated], [false, true], text);
    assert.deepEqual({ ...opposite, negated: false }, one, text);
  }
});

test('a header, a cookie or a parameter has a name; that of a header is the same in capitals', () => {
  assert.deepEqual(conditions('header:X-Ab=1 cookie:Ab=1 query:a[b]=1'), [
    { kind: 'header', name: 'x-ab', negated: false, values: ['1'] },
    { kind: 'cookie', name: 'Ab', negated: false, values: ['1'] },
    { kind: 'query', name: 'a[b]', negated: false, values: ['1'] },
  ]);
});

test('a star alone asks whether it is there at all, and an empty value is one in quotes', () => {
  assert.deepEqual(values('header:X-A=*'), []);
  assert.deepEqual(values('query:a=""'), ['']);
  refuses(
    parseRoute,
    'query:a= -> api',
    'what is query:a to be? write query:a=* for any value, query:a="" for an empty one',
  );
  refuses(parseRoute, 'header:a=1,* -> api', '"*" stands alone: any value is one of them');
});

test('a condition without a value is told what one looks like, and a percent sign what follows it', () => {
  refuses(
    parseRoute,
    'header:X A=b -> api',
    'the route condition "header:X" has no value: write header:X=VALUE, or header:X=* if it is enough that it is there',
  );
  refuses(
    parseRoute,
    'path=/a%zz -> api',
    '"%" stands before two hexadecimal digits, and %25 for itself; got "/a%zz"',
  );
});

test('commas part values unless they stand in quotes, and quotes keep blanks and arrows', () => {
  assert.deepEqual(values('path=/a,/b/*'), ['/a', '/b/*']);
  assert.deepEqual(values('header:a="x, y",z'), ['x, y', 'z']);
  assert.deepEqual(values('header:a="x -> y; z"'), ['x -> y; z']);
  assert.deepEqual(values(String.raw`header:a="say \"hi\" \\ \d"`), [String.raw`say "hi" \ \d`]);
  assert.deepEqual(values('header:a=W/"x"'), ['W/"x"']);
  assert.deepEqual(values('method=GET,GET'), ['GET']);
});

test('a regular expression stands behind a tilde, and one with a comma in quotes', () => {
  assert.deepEqual(values(String.raw`path=~^/u/(\d+)$`), [String.raw`~^/u/(\d+)$`]);
  assert.deepEqual(values('path="~^/a{1,3}$"'), ['~^/a{1,3}$']);
  refuses(
    parseRoute,
    'path=~^/a{1,3}$ -> api',
    'a regular expression with a comma stands in quotes: ="~.."; without them it ends there, as in "~^/a{1"',
  );
});

test('what takes more than linear time is refused with the reason', () => {
  for (const pattern of ['(?=a)', '(?!a)', '(?<=a)b', String.raw`(a)\1`, '(?>a)']) {
    refuses(
      parseRoute,
      `path=~${pattern} -> api`,
      `${JSON.stringify(pattern)} is no regular expression: look-around and back-references are not there, since a text can be made for them that takes exponential time; write it without (RE2 syntax)`,
    );
  }
  assert.throws(() => parseRoute('host=~( -> api'), {
    message: /^"\(" is no regular expression: .*\(RE2 syntax\)$/,
  });
  refuses(parseRoute, 'path=~ -> api', 'expected a regular expression; got nothing');
});

test('a star in a host stands for the names below a domain, in front and once', () => {
  assert.deepEqual(values('host=*.Example.com,A.test.'), ['*.example.com', 'a.test']);
  refuses(parseRoute, 'host=* -> api', 'every host is meant where none is named: leave host=* out');
  refuses(
    parseRoute,
    'host=a.*.test -> api',
    '"*" stands for the names below a domain, as in *.example.com; got "a.*.test"',
  );
  refusesAll(parseRoute, ['host=*.*.a -> a', 'host=*.a:80 -> a', 'host=*.10.0.0.1 -> a', 'host=*. -> a']);
});

test('a method in small letters, which no client sends, is refused', () => {
  refuses(
    parseRoute,
    'method=post -> a',
    'methods in small letters are others (RFC 9110, 9.1): write POST; got "post"',
  );
  assert.deepEqual(values('method=PROPFIND,mine'), ['PROPFIND', 'mine']);
});

test('a route that is internal says so in one word', () => {
  assert.equal(parseRoute('internal path=/x -> api').internal, true);
  assert.equal(parseRoute('path=/x -> api').internal, undefined);
});

test('what is no condition is answered with what there is', () => {
  refuses(
    parseRoute,
    'hots=a -> api',
    'unknown route condition "hots=a"; the nearest known one is "host"; they are host=, path=, method=, client=, header:NAME=, cookie:NAME=, query:NAME=, name= and internal, with != for the opposite',
  );
  refuses(parseRoute, 'host -> api', 'the route condition "host" has no value: write host=..');
  refuses(parseRoute, 'header -> api', 'the route condition "header" has no value: write header:NAME=..');
  refuses(parseRoute, 'header=x -> api', 'a header has a name: write header:NAME=x; got "header=x"');
  refuses(parseRoute, 'host:a=x -> api', 'host has no name: write host=x; got "host:a=x"');
  refuses(
    parseRoute,
    'header:a=1 header:A=2 -> api',
    'the condition header:a= is given twice; list its values with commas',
  );
  refusesAll(parseRoute, [
    'client=all -> a',
    'header:a=b"c" d=1 -> a',
    'header:a b=1 -> a',
    'cookie:ä=1 -> a',
    'name!=x -> a',
    'name=a name=b -> a',
    'internal=yes -> a',
    'path="/x -> a',
    'header:a="x"y -> a',
  ]);
});

test('paths and networks may be excepted beside others of their kind', () => {
  assert.deepEqual(
    conditions('path=/api/* path!=/api/x/* client!=unix').map(({ kind, negated }) => [kind, negated]),
    [
      ['path', false],
      ['path', true],
      ['client', true],
    ],
  );
});

test('the file has the same conditions by their keys, and the opposite under not', () => {
  const yaml = `
pools: { a: { backends: "http://a:1" } }
routes:
  - match:
      host: [a.test, "*.b.test"]
      path: ["/x/*", "~^/y,z"]
      method: GET,HEAD
      header: { X-A: "1, 2", X-B: ["3", 4] }
      cookie: { c: "*" }
      query: { q: "" }
      client: 10.0.0.0/8, unix
      not: { path: /x/y, header: { X-C: "*" } }
    internal: true
    pool: a
`;
  const rule = [
    'host=a.test,*.b.test method=GET,HEAD path=/x/*,"~^/y,z" header:x-a="1, 2" header:x-b=3,4 cookie:c=* query:q=""',
    'client=10.0.0.0/8,unix path!=/x/y header:x-c!=* internal -> a',
  ].join(' ');
  const sorted = (all: readonly ConditionConfig[]): readonly string[] =>
    all.map(one => JSON.stringify(one)).sort();
  const [long] = load({}, yaml).routes;
  const [short] = load({ pool: ['a=http://a:1'], route: [rule] }).routes;
  assert.deepEqual(sorted(long!.conditions), sorted(short!.conditions));
  assert.deepEqual([long!.internal, short!.internal], [true, true]);
});

test('a mistake in a condition of the file names its key', () => {
  const said = (match: string): readonly string[] =>
    mistakes({}, `pools: { a: { backends: "http://a:1" } }\nroutes: [{ match: ${match}, pool: a }]`);
  assert.deepEqual(said('{ path: x }'), [
    'sluice.yaml:2: routes[0].match.path: a path begins with "/"; got "x"',
  ]);
  assert.deepEqual(said('{ header: [a] }'), [
    'sluice.yaml:2: routes[0].match.header: expected a mapping from names to values, such as { X-Version: "2" }; got a list',
  ]);
  assert.deepEqual(said('{ not: { hots: a } }'), [
    'sluice.yaml:2: routes[0].match.not.hots: unknown key "hots"; the nearest known one is "host"',
  ]);
  assert.equal(said('{ host: [] }').length, 1);
  assert.equal(said('{ method: { a: 1 } }').length, 1);
});
