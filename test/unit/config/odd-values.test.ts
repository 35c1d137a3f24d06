import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError } from '../../../src/config/config-error.ts';
import type { ConfigFile } from '../../../src/config/config-file.ts';
import { jsonSchema } from '../../../src/config/json-schema.ts';
import { configOf } from '../../../src/config/load.ts';
import { settings } from '../../../src/config/settings.ts';

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
}

const TEXTS = [
  ...['', ' ', 'off', 'on', '0', '-1', '1e9', '5s', 'forever', '50%', '%', 'latency=', '50%,,', ',', '->'],
  ...[
    '/',
    '/a b',
    '/x/*',
    '*',
    'http://',
    'http://a',
    'srv+',
    'srv+http://',
    'http://a,family=',
    '[',
    '[::1',
  ],
  ...[':', '::', '127.0.0.1:1,remote,host=', 'unix:', 'unix:@', 'systemd:', 'name= -> a', 'a=', '=a', '2xx,'],
  ...[
    'constructor',
    '__proto__',
    'a=__proto__',
    'name=__proto__ -> __proto__',
    '\0',
    '\u{1f600}',
    'x'.repeat(999),
  ],
];
const VALUES: readonly unknown[] = [
  ...TEXTS,
  ...[null, true, false, 0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, new Date(0)],
  ...[[], [[]], [null], ['a', 1], {}, { path: {} }, { path: 'off' }, { constructor: 1 }, { file: [] }],
];

/** A configuration is made of it, or refused in words. */
function reads(values: Readonly<Record<string, unknown>>): void {
  const file: ConfigFile = { values, name: 'x.yaml', line: () => 1 };
  try {
    configOf({}, file, false);
  } catch (error) {
    assert.ok(error instanceof ConfigError, `${JSON.stringify(values)}: ${String(error)}`);
    for (const mistake of error.mistakes) assert.doesNotMatch(mistake, /\[object|got undefined/);
  }
}

test('whatever the file gives for a key at the top is read or refused in words', () => {
  for (const key of Object.keys(settings)) {
    for (const value of VALUES) reads({ backend: 'http://a:1', [key]: value });
  }
});

test('whatever the file gives for a key of a pool is read or refused in words', () => {
  const pool = (jsonSchema() as Schema).properties!['pools']!.additionalProperties!;
  for (const [key, { properties }] of Object.entries(pool.properties!)) {
    const inner = Object.keys(properties ?? {});
    for (const value of VALUES) {
      for (const given of [value, ...inner.map(name => ({ [name]: value }))]) {
        reads({ pools: { default: { backends: 'http://a:1', [key]: given } } });
      }
    }
  }
});

test('whatever the file gives for pools and routes is read or refused in words', () => {
  for (const value of VALUES) {
    reads({ pools: value });
    reads({ pools: { default: value } });
    reads({ backend: 'http://a:1', routes: value });
  }
});

test('whatever the file gives for a key of a route is read or refused in words', () => {
  const route = (jsonSchema() as Schema).properties!['routes']!.items!;
  const routes = (key: string, value: unknown): void =>
    reads({ backend: 'http://a:1', routes: [{ pool: 'default', [key]: value }] });
  for (const [key, { properties = {} }] of Object.entries(route.properties!)) {
    for (const value of VALUES) {
      routes(key, value);
      for (const [inner, below] of Object.entries(properties)) {
        routes(key, { [inner]: value });
        for (const name of Object.keys(below.properties ?? {})) routes(key, { [inner]: { [name]: value } });
      }
    }
  }
});
