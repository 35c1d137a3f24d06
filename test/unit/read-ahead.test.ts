import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answer, Exchange } from '../../src/exchange.ts';
import { type AheadOwner, type ReadAhead, readAhead } from '../../src/read-ahead.ts';
import type { BodySource } from '../../src/replay.ts';
import { SpoolSpace } from '../../src/spool/space.ts';

const KiB = 1_024;

const OWNER: AheadOwner = { aheadReady: assert.fail, aheadFailed: assert.fail };

function begin(space: SpoolSpace, fields: string, length: number | undefined): ReadAhead | null {
  const exchange = new Exchange({} as Answer, {} as BodySource);
  return readAhead(exchange, { fields, length }, 256 * KiB, space, OWNER);
}

test('all answers that are read ahead share 256 MiB of memory, and give it back (79)', () => {
  const space = new SpoolSpace({ directory: '/nowhere', max: 0 });
  const begun: ReadAhead[] = [];
  for (let ahead = begin(space, '', undefined); ahead !== null; ahead = begin(space, '', undefined)) {
    begun.push(ahead);
  }
  assert.equal(begun.length, 1_024);
  for (const ahead of begun) {
    ahead.close();
    ahead.close();
  }
  for (let i = 0; i < 1_024; i++) assert.notEqual(begin(space, '', undefined), null);
  assert.equal(begin(space, '', undefined), null);
});

test('of a short answer only the rest is reserved, and a byte to see its end (79)', () => {
  const space = new SpoolSpace({ directory: '/nowhere', max: 0 });
  for (let i = 0; i < 16 * 1_024; i++) assert.notEqual(begin(space, '', 16 * KiB - 1), null);
  assert.equal(begin(space, '', 0), null);
});

for (const [fields, patient] of [
  ['Content-Type: text/html\r\n', true],
  ['Content-Type: text/event-stream\r\n', false],
  ['content-type: Text/Event-Stream;charset=utf-8\r\n', false],
  ['Content-Type: text/event-streams\r\n', true],
  ['X-Accel-Buffering: No\r\n', false],
  ['X-Accel-Buffering: yes\r\n', true],
] as const) {
  test(`an answer with ${JSON.stringify(fields)} ${patient ? 'may' : 'may not'} be read ahead (82)`, () => {
    const space = new SpoolSpace({ directory: '/nowhere', max: 0 });
    assert.equal(begin(space, fields, undefined) !== null, patient);
  });
}
