import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { okBackend } from '../support/backend.ts';
import { connect, exchange, get } from '../support/client.ts';
import { startGatewayProcess } from '../support/gateway-process.ts';
import type { Peer } from '../support/peer.ts';
import { temporaryFolder } from '../support/socket-path.ts';

const CLIENTS = 2_000;
/** What the runtime takes for itself while these come is not counted. */
const BEFORE = 500;
const MOST = 6 * 1024;

/** Much as a browser would ask. */
function asked(target: string): string {
  return get(target, `User-Agent: ${'x'.repeat(80)}`, 'Accept: text/html,*/*', 'Accept-Encoding: gzip, br');
}

test('a client that is held costs at most 6 KiB with its connection (84)', async t => {
  const file = join(temporaryFolder(t), 'hold');
  writeFileSync(file, '');
  const origin = await okBackend(t);
  const queue = { length: BEFORE + CLIENTS, timeout: 120_000 };
  const hold = { file, bypass: ['/passes'] };
  // A young generation that grows while they come would be counted as theirs.
  const flags = ['--max-semi-space-size=1'];
  const gateway = await startGatewayProcess(t, { backends: [origin.url], hold, queue }, flags);
  const clients: Peer[] = [];
  const resident = async () => {
    // What is answered behind the others shows that they have arrived.
    await exchange(t, gateway.address, asked('/passes'));
    return gateway.rss();
  };
  const come = async (count: number) => {
    for (let i = 0; i < count; i++) {
      const client = await connect(t, gateway.address);
      clients.push(client.send(asked(`/${i}`)));
    }
  };
  await come(BEFORE);
  const before = await resident();
  await come(CLIENTS);
  const each = ((await resident()) - before) / CLIENTS;
  assert.equal(origin.requests.length, 2);
  rmSync(file);
  for (const client of clients) assert.equal((await client.response()).status, 200);
  assert.equal(origin.requests.length, 2 + BEFORE + CLIENTS);
  assert.ok(each <= MOST, `${Math.round(each)} bytes each`);
});
