import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DEFAULTS } from '../../../src/config/defaults.ts';
import { jsonSchema } from '../../../src/config/json-schema.ts';
import { DIRECTIVE_NAMES } from '../../../src/config/route/directives.ts';
import { SCHEMES } from '../../../src/config/schemes.ts';
import { flagTexts } from '../../../src/config/setting.ts';
import { settings } from '../../../src/config/settings.ts';

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
  readonly type?: unknown;
}

const root = join(import.meta.dirname, '../../..');
const reference = readFileSync(join(root, 'docs/reference.md'), 'utf8');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

/** The lines of a section of the reference. */
function section(title: string): string[] {
  const [, text] = reference.split(`## ${title}\n`);
  return text!.split('\n## ')[0]!.split('\n');
}

/** The line of the reference for a flag, as the flag describes itself. */
function row(name: string): string {
  const { short, value, meaning, repeatable, optional } = flagTexts.get(
    settings[name as keyof typeof settings],
  )!;
  const usual = (DEFAULTS as Readonly<Record<string, unknown>>)[name];
  const flag = `\`${short === undefined ? '' : `-${short}, `}--${name} ${optional === undefined ? value : `[${value}]`}\`${repeatable ? ', repeatable' : ''}`;
  return `| ${flag} | ${usual === undefined ? '' : `\`${usual}\``} | ${meaning} |`;
}

test('the reference has every flag as the help text describes it, and no other', () => {
  const rows = Object.keys(settings).map(row);
  const written = section('Flags').filter(line => /^\| `/.test(line));
  assert.deepEqual(written.slice(0, -1), rows);
  assert.match(written.at(-1)!, /^\| `--config FILE` /);
});

test('the reference has every key of a pool', () => {
  const pool = (jsonSchema() as Schema).properties!['pools']!.additionalProperties!;
  const keys = Object.entries(pool.properties!).flatMap(([key, { properties }]) =>
    properties === undefined ? [key] : Object.keys(properties).map(inner => `${key}.${inner}`),
  );
  const written = section('Keys of a pool').flatMap(line => /^\| `([a-z][a-z.-]*)` \|/.exec(line)?.[1] ?? []);
  assert.deepEqual(written, keys);
});

test('the reference has every key of a route', () => {
  const route = (jsonSchema() as Schema).properties!['routes']!.items!;
  const written = section('Keys of a route').flatMap(
    line => /^\| `([a-z][a-z.-]*)` \|/.exec(line)?.[1] ?? [],
  );
  const keys = keysOf(route).map(key => key.replace(/^match\.not\..*/, 'match.not'));
  assert.deepEqual(written, [...new Set(keys)]);
});

/** The keys below one, those of mappings inside by their paths. */
function keysOf({ properties = {} }: Schema, before = ''): string[] {
  return Object.entries(properties).flatMap(([key, inner]) =>
    inner.type === 'object' && inner.properties !== undefined
      ? keysOf(inner, `${before}${key}.`)
      : [`${before}${key}`],
  );
}

test('the reference has every directive of a rule, and no other', () => {
  const lines = section('Routes');
  const written = lines
    .slice(lines.findIndex(line => line.startsWith('| directive |')))
    .filter(line => line.startsWith('| `'))
    .flatMap(line => [...line.split(' | ')[0]!.matchAll(/`([a-z-]+) /g)].map(([, name]) => name!));
  assert.deepEqual([...new Set(written)], DIRECTIVE_NAMES);
});

test('the README has every scheme of a backend', () => {
  for (const scheme of Object.keys(SCHEMES)) assert.ok(readme.includes(`\`${scheme}://`), scheme);
});
