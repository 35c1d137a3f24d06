import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { okBackend } from '../support/backend.ts';
import { connect, exchange, get } from '../support/client.ts';
import { startGatewayProcess } from '../support/gateway-process.ts';
import { temporaryFolder } from '../support/socket-path.ts';

const CLIENTS = 2_000;
const WARM = 300;
const MOST = 6 * 1024;

/** Much as a browser would ask. */
function asked(target: string): string {
  return get(target, `User-Agent: ${'x'.repeat(80)}`, 'Accept: text/html,*/*', 'Accept-Encoding: gzip, br');
}

test('a client that is held costs at most 6 KiB with its connection (84)', async t => {
  const file = join(temporaryFolder(t), 'hold');
  writeFileSync(file, '');
  const origin = await okBackend(t);
  const queue = { length: CLIENTS, timeout: 120_000 };
  const hold = { file, bypass: ['/warm'] };
  const gateway = await startGatewayProcess(t, { backends: [origin.url], hold, queue });
  for (let i = 0; i < WARM; i++) await exchange(t, gateway.address, asked('/warm'));
  const before = await gateway.rss();
  const clients = [];
  for (let i = 0; i < CLIENTS; i++) {
    const client = await connect(t, gateway.address);
    clients.push(client.send(asked(`/${i}`)));
  }
  // What is answered behind them shows that they have arrived.
  await exchange(t, gateway.address, asked('/warm'));
  const each = ((await gateway.rss()) - before) / CLIENTS;
  assert.equal(origin.requests.length, WARM + 1);
  rmSync(file);
  for (const client of clients) assert.equal((await client.response()).status, 200);
  assert.equal(origin.requests.length, WARM + 1 + CLIENTS);
  assert.ok(each <= MOST, `${Math.round(each)} bytes each`);
});
