import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { okBackend } from '../support/backend.ts';
import { connect, exchange, get } from '../support/client.ts';
import { findCommand } from '../support/debian.ts';
import { eventually } from '../support/eventually.ts';
import { run, unlessInstalled } from '../support/program.ts';
import { SERVE, serveBy } from '../support/serve-process.ts';
import { temporaryFolder } from '../support/socket-path.ts';
import { Generations } from '../support/upgrades.ts';

const EXAMPLES = join(import.meta.dirname, '../../examples');

/** A port that nobody has. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Connects as soon as somebody listens: that has the gateway started. */
async function wake(t: TestContext, address: string): Promise<void> {
  for (;;) {
    try {
      (await connect(t, address)).send(get());
      return;
    } catch {
      await new Promise(resolve => setTimeout(resolve, 20));
    }
  }
}

test('systemd-socket-activate starts a gateway, which answers the request that had it started, and can be upgraded', {
  skip: unlessInstalled('systemd-socket-activate'),
}, async t => {
  const origin = await okBackend(t, 'hello');
  const address = `http://127.0.0.1:${await freePort()}`;
  const activate = [
    findCommand('systemd-socket-activate')!,
    '-l',
    new URL(address).host,
    '--fdname=web',
    '--',
  ];
  // It passes no variables on, not even the one that gives each test a place of its own for orders.
  const flags = ['--listen', 'systemd:web', '--backend', origin.url, '--admin', 'off'];
  const started = serveBy(t, [...activate, ...SERVE, ...flags]);
  await wake(t, address);
  const gateway = await started;
  assert.equal(gateway.address, address);
  await eventually('the first request is answered', () => origin.requests.length === 1);
  await new Generations(t, gateway).upgrade();
  await gateway.exited;
  assert.equal((await exchange(t, address, get())).text, 'hello');
});

test('the units in examples are good', { skip: unlessInstalled('systemd-analyze') }, async t => {
  const folder = temporaryFolder(t);
  for (const name of ['sluice.service', 'sluice.socket']) {
    // The program is not where it would be installed.
    const text = readFileSync(join(EXAMPLES, name), 'utf8').replaceAll('/usr/local/bin/sluice', '/bin/true');
    writeFileSync(join(folder, name), text);
    const { stderr, code } = await run(t, 'systemd-analyze', ['verify', join(folder, name)]);
    assert.deepEqual([stderr, code], ['', 0]);
  }
});
