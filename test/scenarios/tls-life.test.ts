import assert from 'node:assert/strict';
import { copyFileSync, renameSync } from 'node:fs';
import { connect as open } from 'node:net';
import { type TestContext, test } from 'node:test';
import { type ConnectionOptions, connect as secure } from 'node:tls';
import { afterwards } from '../support/afterwards.ts';
import { okBackend } from '../support/backend.ts';
import { Authority, type Certificate } from '../support/certificates.ts';
import { get } from '../support/client.ts';
import { makeConfig, type Setting } from '../support/config.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway } from '../support/gateway.ts';
import { Load } from '../support/load.ts';
import { serve } from '../support/serve-process.ts';
import { isRunning } from '../support/supervised.ts';
import { connectTls, SecurePeer } from '../support/tls-client.ts';
import { tlsListener } from '../support/tls-listener.ts';
import { Generations } from '../support/upgrades.ts';

/** Puts another certificate in the place of one, each file in one step and the key last. */
function exchangeFiles(from: Certificate, to: Certificate): void {
  for (const file of ['certFile', 'keyFile'] as const) {
    copyFileSync(from[file], `${to[file]}.new`);
    renameSync(`${to[file]}.new`, to[file]);
  }
}

/** A client that connects anew for each request, until it is told to end; what went wrong, in words. */
async function newcomers(t: TestContext, address: string, ended: () => boolean): Promise<string[]> {
  const failures: string[] = [];
  for (;;) {
    if (ended()) return failures;
    try {
      const client = await connectTls(t, address);
      client.send(get());
      if ((await client.response()).status !== 200) failures.push('another status');
      client.close();
    } catch (error) {
      failures.push((error as Error).message);
    }
  }
}

test('certificates that change and reloads fail no request and no handshake', async t => {
  const authority = new Authority(t);
  const served = authority.issue({ name: 'one' });
  const setting: Setting = {
    listen: [tlsListener([served])],
    routes: [{ action: { kind: 'respond', status: 200, body: 'hello', type: 'text/plain' } }],
  };
  const gateway = await startGateway(t, setting);
  const kept = new Load(t, gateway.address, 4);
  let done = false;
  const clients = [0, 1, 2, 3].map(() => newcomers(t, gateway.address, () => done));
  for (const name of ['two', 'three']) {
    exchangeFiles(authority.issue({ name }), served);
    await eventually(`the certificate for ${name} is shown`, () =>
      gateway.gateway.status().listeners.some(({ tls }) => tls?.certificates[0]?.names[0] === name),
    );
    await gateway.gateway.reload(makeConfig(setting));
  }
  done = true;
  for (const failures of await Promise.all(clients)) assert.deepEqual(failures, []);
  await kept.end();
  assert.deepEqual(kept.failures, []);
  assert.ok(kept.answered > 10);
});

test('an upgrade hands a listener over with its TLS, and fails no request (96)', async t => {
  const origin = await okBackend(t, 'hello');
  const { certFile, keyFile } = new Authority(t).issue({ name: 'a' });
  const listener = `127.0.0.1:0,tls,cert=${certFile},key=${keyFile}`;
  const gateway = await serve(t, '--listen', listener, '--backend', origin.url, '--access-log', 'off');
  const generations = new Generations(t, gateway);
  const place = /listening on (https:\/\/127\.0\.0\.1:\d+)/;
  await eventually('both listeners are there', () => place.test(gateway.output));
  const [, address = ''] = place.exec(gateway.output)!;
  const load = new Load(t, address, 4);
  await eventually('they are served', () => load.answered > 50);
  await generations.upgrade();
  await eventually('the one before has ended', () => generations.count(/"msg":"drained"/g) === 1);
  const before = load.answered;
  await eventually('the other one serves', () => load.answered > before + 50);
  await load.end();
  assert.deepEqual(load.failures, []);
  generations.kill('SIGTERM');
  await eventually('it has ended', () => !isRunning(generations.pids.at(-1)!));
});

test('behind a PROXY header TLS is spoken as without, and the client is who the header names', async t => {
  const origin = await okBackend(t);
  const certificate = new Authority(t).issue({ name: 'a' });
  const listen = [{ ...tlsListener([certificate]), proxyProtocol: ['127.0.0.0/8'] }];
  const gateway = await startGateway(t, { backends: [origin.url], listen });
  const below = open({ host: '127.0.0.1', port: Number(new URL(gateway.address).port) });
  afterwards(t, () => below.destroy());
  below.write('PROXY TCP4 192.0.2.7 198.51.100.1 40000 8443\r\n');
  const options: ConnectionOptions = { socket: below, rejectUnauthorized: false };
  const client = new SecurePeer(secure(options));
  client.send(get());
  assert.equal((await client.response()).status, 200);
  assert.equal((await gateway.ended(1))[0]!.client, '192.0.2.7');
  const stranger = await connectTls(t, gateway.address).catch(error => error as Error);
  assert.ok(stranger instanceof Error, 'nobody comes in without a header');
});
