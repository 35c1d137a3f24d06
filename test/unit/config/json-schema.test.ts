import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULTS } from '../../../src/config/defaults.ts';
import { jsonSchema } from '../../../src/config/json-schema.ts';
import { settings } from '../../../src/config/settings.ts';

interface Schema {
  readonly type?: unknown;
  readonly anyOf?: unknown;
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Record<string, Schema>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | false;
  readonly required?: readonly string[];
}

test('the JSON Schema has every setting with its meaning, its type and its default', () => {
  const schema = jsonSchema() as Schema;
  assert.deepEqual(Object.keys(schema.properties!), [...Object.keys(settings), 'pools', 'routes']);
  for (const [name, property] of Object.entries(schema.properties!)) {
    assert.ok(property.description, name);
    assert.ok(property.type ?? property.anyOf, name);
    assert.deepEqual(property.default, (DEFAULTS as Record<string, unknown>)[name], name);
  }
});

test('the JSON Schema refuses keys that are not known, at every level', () => {
  const schema = jsonSchema() as Schema;
  assert.equal(schema.additionalProperties, false);
  const pool = schema.properties!['pools']!.additionalProperties as Schema;
  assert.equal(pool.additionalProperties, false);
  assert.equal(pool.properties!['queue']!.additionalProperties, false);
  const route = schema.properties!['routes']!.items!;
  assert.deepEqual([route.additionalProperties, route.required], [false, undefined]);
});

test('the checks of a pool are a text or a mapping with known keys', () => {
  const pool = (jsonSchema() as Schema).properties!['pools']!.additionalProperties as Schema;
  const check = pool.properties!['check']!;
  assert.deepEqual([check.type, check.additionalProperties], [['string', 'object'], false]);
  assert.deepEqual(check.properties!['interval']!.type, 'string');
});

test('every default is a value that its setting reads', () => {
  for (const [name, value] of Object.entries(DEFAULTS)) {
    const setting = settings[name as keyof typeof settings];
    assert.equal(setting.safeParse(value).success, true, name);
  }
});
