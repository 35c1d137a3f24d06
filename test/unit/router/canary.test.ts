import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CanaryConfig } from '../../../src/config/config.ts';
import type { Exchange } from '../../../src/exchange.ts';
import { Canary } from '../../../src/router/canary.ts';

const CLIENTS = Array.from({ length: 10_000 }, (_, i) => `10.0.${i >> 8}.${i & 255}`);

function canary(share: number, setting: Partial<CanaryConfig> = {}, random = Math.random): Canary {
  return new Canary({ pool: 'next', share, by: { kind: 'client' }, header: '', ...setting }, random);
}

function taken(by: Canary): string[] {
  return CLIENTS.filter(client => by.takes({ client } as Exchange));
}

test('a share is that part of the clients, and always the same ones', () => {
  for (const share of [0.01, 0.1, 0.5]) {
    const { length } = taken(canary(share));
    assert.ok(Math.abs(length / CLIENTS.length - share) < 0.02, `${length} of ${CLIENTS.length}`);
    assert.deepEqual(taken(canary(share)), taken(canary(share)));
  }
  assert.equal(taken(canary(0)).length, 0);
  assert.equal(taken(canary(1)).length, CLIENTS.length);
});

test('a share that grows adds clients and takes none away', () => {
  let before: string[] = [];
  for (const share of [0.01, 0.02, 0.1, 0.3, 0.9]) {
    const now = new Set(taken(canary(share)));
    assert.deepEqual(
      before.filter(client => !now.has(client)),
      [],
    );
    before = [...now];
  }
});

test('another canary gets other clients', () => {
  const one = new Set(taken(canary(0.1)));
  const both = taken(canary(0.1, { pool: 'other' })).filter(client => one.has(client));
  assert.ok(both.length < 200, `${both.length} of about 100`);
});

test('who has nothing of what decides is not of the share', () => {
  const by = canary(1, { by: { kind: 'cookie', name: 'sid' } });
  assert.equal(by.takes({ fields: 'Cookie: other=1\r\n', target: '/' } as Exchange), false);
  assert.equal(by.takes({ fields: 'Cookie: sid=1\r\n', target: '/' } as Exchange), true);
});

test('without anything that decides it is chance, for each request', () => {
  const chances = [0.09, 0.1, 0.5, 0.01];
  const by = canary(0.1, { by: undefined }, () => chances.shift()!);
  assert.deepEqual(
    [1, 2, 3, 4].map(() => by.takes({} as Exchange)),
    [true, false, false, true],
  );
});

test('a field says always or never, in any case, and everything else says nothing', () => {
  const by = canary(0.5, { header: 'X-Canary' });
  const wish = (value: string) => by.wish({ fields: `X-CANARY: ${value}\r\n` } as Exchange);
  assert.deepEqual(['always', 'Never', 'ALWAYS', 'yes', ''].map(wish), [
    true,
    false,
    true,
    undefined,
    undefined,
  ]);
  assert.equal(by.wish({ fields: '' } as Exchange), undefined);
  assert.equal(canary(1).wish({ fields: ': always\r\n' } as Exchange), undefined);
});
