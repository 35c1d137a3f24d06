import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { okBackend } from '../support/backend.ts';
import { eventually } from '../support/eventually.ts';
import { Load } from '../support/load.ts';
import { type ServeProcess, serve } from '../support/serve-process.ts';
import { temporaryFolder } from '../support/socket-path.ts';

/** A gateway that was started with a file, and the means to change that. */
async function serveFile(t: TestContext, text: string) {
  const file = join(temporaryFolder(t), 'sluice.yaml');
  writeFileSync(file, text);
  const gateway = await serve(t, '--config', file);
  const reload = async (next: string, words: string): Promise<void> => {
    const seen = gateway.output.length;
    writeFileSync(file, next);
    gateway.kill('SIGHUP');
    await eventually(`it says ${words}`, () => gateway.output.slice(seen).includes(words));
  };
  return { gateway, reload, file };
}

async function bodyOf(gateway: ServeProcess): Promise<string> {
  return (await fetch(gateway.address, { headers: { connection: 'close' } })).text();
}

test('SIGHUP under load: the file is read again, and no request fails', async t => {
  const [a, b] = [await okBackend(t, 'a'), await okBackend(t, 'b')];
  const { gateway, reload } = await serveFile(t, `pools: { app: { backends: ["${a.url}"] } }`);
  const clients = new Load(t, gateway.address, 8);
  await eventually('some are served', () => clients.answered > 100);
  await reload(
    `pools: { app: { backends: ["${b.url}"], max-conns: 5 } }`,
    'reload: pool app: max-conns off -> 5',
  );
  assert.equal(await bodyOf(gateway), 'b');
  const served = clients.answered;
  await eventually('some more are served', () => clients.answered > served + 100);
  await clients.end();
  assert.deepEqual(clients.failures, []);
});

test('a file that is wrong changes nothing, and each mistake is named with its place', async t => {
  const a = await okBackend(t, 'a');
  const { gateway, reload, file } = await serveFile(t, `pools: { app: { backends: ["${a.url}"] } }`);
  await reload(
    'pools:\n  app:\n    backends: ["htp://x"]\n    balence: first\n',
    'SIGHUP: nothing is changed',
  );
  assert.ok(gateway.output.includes(`${file}:3: pools.app.backends`), gateway.output);
  assert.ok(gateway.output.includes('balance'), gateway.output);
  assert.equal(await bodyOf(gateway), 'a');
});

test('a file that is empty changes nothing', async t => {
  const a = await okBackend(t, 'a');
  const { gateway, reload } = await serveFile(t, `pools: { app: { backends: ["${a.url}"] } }`);
  await reload('', 'SIGHUP: nothing is changed');
  assert.equal(await bodyOf(gateway), 'a');
});
