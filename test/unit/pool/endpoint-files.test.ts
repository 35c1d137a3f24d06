import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { test } from 'node:test';
import { protocols } from '../../../protocols/index.ts';
import { Pool } from '../../../src/pool/pool.ts';
import { Authority } from '../../support/certificates.ts';
import { makeConfig } from '../../support/config.ts';
import { MemoryLog } from '../../support/memory-log.ts';

test('an address that cannot join, for its certificates are gone, takes no room from others', t => {
  const { certFile } = new Authority(t);
  const [config] = makeConfig({ backends: [`https://app.test:1,ca=${certFile}`] }).pools;
  const [named] = config!.backends;
  const backend = { ...named!, expand: 'addresses' as const };
  const pool = new Pool({ ...config!, backends: [backend] }, () => protocols[0]!, new MemoryLog());
  const { size } = pool.ledger;
  rmSync(certFile);
  const place = { name: 'a', host: '127.0.0.1', port: 1, tier: 0, weight: 1 };
  for (let i = 0; i <= size; i++) assert.throws(() => pool.join(backend, place), /no such file/);
  assert.equal(pool.ledger.size, size);
});
