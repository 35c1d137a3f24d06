import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConditionConfig } from '../../../src/config/config.ts';
import type { Exchange } from '../../../src/exchange.ts';
import { Decision } from '../../../src/router/decision.ts';
import { Prng } from '../../fuzz/prng.ts';
import { makeRoute } from '../../support/config.ts';

const HOSTS = ['a.test', 'b.test', 'x.a.test', 'y.x.a.test', 'test', 'c', ''];
const HOST_VALUES = [
  'a.test',
  'b.test',
  'x.a.test',
  'c',
  '*.test',
  '*.a.test',
  '*.x.a.test',
  '~^[ab]\\.',
  '~t$',
];
const SEGMENTS = ['', 'a', 'b', 'ab', 'c'];
const PATH_VALUES = [
  '/',
  '/*',
  '/a',
  '/a/*',
  '/a/b',
  '/a/b/*',
  '/ab/*',
  '/b/*',
  '/a/b/c',
  '/b/a/*',
  '~^/a',
  '~b$',
  '~//',
];
const METHODS = ['GET', 'POST', 'PUT'];
const CLIENTS = ['10.0.0.1', '10.1.0.1', '192.0.2.1'];
const NETWORKS = ['10.0.0.0/8', '10.1.0.0/16', '192.0.2.1'];

type Choice = <T>(list: readonly T[]) => T;

interface Asked {
  readonly host: string;
  readonly path: string;
  readonly method: string;
  readonly client: string;
}

/** What the documentation says of a condition, in as few words as that takes. */
function naive({ kind, negated, values }: ConditionConfig, { host, path, method, client }: Asked): boolean {
  const matches = values.some(value => {
    if (value.startsWith('~')) return new RegExp(value.slice(1)).test(kind === 'host' ? host : path);
    if (kind === 'host') return value.startsWith('*.') ? host.endsWith(value.slice(1)) : host === value;
    if (kind === 'method') return method === value;
    if (kind === 'client') return client.startsWith(value.replace(/(\.0)+\/\d+$/, '.')) || client === value;
    return value.endsWith('/*') ? `${path}/`.startsWith(value.slice(0, -1)) : path === value;
  });
  return matches !== negated;
}

function randomCondition(choose: Choice): ConditionConfig {
  const kind = choose(['host', 'host', 'path', 'path', 'path', 'method', 'client'] as const);
  const known = { host: HOST_VALUES, path: PATH_VALUES, method: METHODS, client: NETWORKS }[kind];
  const values = Array.from({ length: choose([1, 1, 2, 3]) }, () => choose(known));
  return { kind, name: '', negated: choose([false, false, false, true]), values };
}

function randomPath(choose: Choice): string {
  return `/${Array.from({ length: choose([0, 1, 2, 3, 4]) }, () => choose(SEGMENTS)).join('/')}`;
}

test('finds the same route as trying all of them in their order does', () => {
  const random = new Prng(7);
  const choose: Choice = list => list[random.below(list.length)]!;
  let found = 0;
  for (let round = 0; round < 300; round++) {
    const routes = Array.from({ length: choose([1, 3, 10, 30]) }, () =>
      makeRoute({
        conditions: Array.from({ length: choose([0, 1, 2, 2, 3]) }, () => randomCondition(choose)),
      }),
    ).filter(({ conditions }, i) => conditions.length > 0 || i > 5);
    const decision = new Decision(routes);
    for (let i = 0; i < 30; i++) {
      const asked = {
        host: choose(HOSTS),
        path: randomPath(choose),
        method: choose(METHODS),
        client: choose(CLIENTS),
      };
      // What has more than one reading is for another test.
      if (asked.path.includes('//')) continue;
      const exchange = { ...asked, target: asked.path, fields: '' } as unknown as Exchange;
      const expected = routes.findIndex(route => route.conditions.every(one => naive(one, asked)));
      assert.equal(decision.of(exchange), expected, JSON.stringify({ asked, routes }));
      if (expected !== -1) found++;
    }
  }
  assert.ok(found > 1000, `${found} requests matched at all`);
});

test('among a thousand routes by host and path one alone is looked at', () => {
  for (const number of [10, 1000]) {
    const network = { kind: 'client', name: '', negated: false, values: ['192.0.2.0/24'] } as const;
    const routes = Array.from({ length: number }, (_, i) =>
      makeRoute({ hosts: [`h${i}.test`], path: `/app${i}/*`, conditions: [network] }),
    );
    const last = number - 1;
    let looks = 0;
    const asked = {
      method: 'GET',
      host: `h${last}.test`,
      target: `/app${last}/x/y`,
      get client() {
        looks++;
        return '192.0.2.1';
      },
    };
    assert.equal(new Decision(routes).of(asked as Exchange), last);
    assert.equal(looks, 1);
  }
});

test('long hosts and paths are looked up no more often than what is configured is long', () => {
  const decision = new Decision([makeRoute({ hosts: ['*.example.com'] }), makeRoute({ path: '/a/b/*' })]);
  const host = `${'a.'.repeat(16_000)}example.com`;
  const target = '/a'.repeat(4000);
  const exchange = (of: object) =>
    ({ method: 'GET', host: '', target: '/', fields: '', ...of }) as unknown as Exchange;
  assert.equal(decision.of(exchange({ host })), 0);
  assert.equal(decision.of(exchange({ target })), -1);
  assert.equal(decision.of(exchange({ target: `/a/b${target}` })), 1);
});
