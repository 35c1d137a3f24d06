import assert from 'node:assert/strict';
import { test } from 'node:test';
import { now } from '../../../src/clock.ts';
import { Diagnostics } from '../../../src/pool/diagnostics.ts';
import { eventually } from '../../support/eventually.ts';
import { MemoryLog } from '../../support/memory-log.ts';

test('a message of an application is logged with its exchange, its pool and its endpoint (69)', () => {
  const log = new MemoryLog();
  new Diagnostics('php', log).report('PHP Notice:  x\n', 'id-1', 'a:9000');
  assert.deepEqual(log.messages, [
    {
      level: 'warn',
      message: 'the backend reports',
      facts: { id: 'id-1', pool: 'php', endpoint: 'a:9000', text: 'PHP Notice:  x' },
    },
  ]);
});

test('a long message is cut (69, 79)', () => {
  const log = new MemoryLog();
  new Diagnostics('php', log).report('x'.repeat(65_535), 'id-1', 'a:9000');
  assert.equal(String(log.messages[0]!.facts['text']), `${'x'.repeat(4_096)} ..`);
});

test('of a flood twenty a second are logged, and then how many were not (69, 79)', async () => {
  const log = new MemoryLog();
  const diagnostics = new Diagnostics('php', log);
  now();
  for (let i = 0; i < 1_000; i++) diagnostics.report('x', 'id-1', 'a:9000');
  assert.equal(log.messages.length, 20);
  await eventually('the rest is counted', () => log.messages.length === 21);
  assert.deepEqual(log.messages[20]!.facts, { pool: 'php', omitted: 980 });
  now();
  diagnostics.report('y', 'id-2', 'a:9000');
  assert.equal(log.messages.at(-1)!.facts['text'], 'y');
});
