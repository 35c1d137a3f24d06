import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
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

/** The address of a DNS server that never answers. */
async function silentServer(t: TestContext): Promise<string> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  t.after(() => socket.close());
  return `127.0.0.1:${socket.address().port}`;
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
    'no reload: nothing is changed',
  );
  assert.ok(gateway.output.includes(`${file}:3: pools.app.backends`), gateway.output);
  assert.ok(gateway.output.includes('balance'), gateway.output);
  assert.equal(await bodyOf(gateway), 'a');
});

test('a file that is empty changes nothing', async t => {
  const a = await okBackend(t, 'a');
  const { gateway, reload } = await serveFile(t, `pools: { app: { backends: ["${a.url}"] } }`);
  await reload('', 'no reload: nothing is changed');
  assert.equal(await bodyOf(gateway), 'a');
});

test('a log file that cannot be opened changes nothing, and the message says why', async t => {
  const a = await okBackend(t, 'a');
  const { gateway, reload } = await serveFile(t, `pools: { app: { backends: ["${a.url}"] } }`);
  const words = '--access-log: cannot open \\"/nowhere/log\\": the directory \\"/nowhere\\" does not exist';
  await reload(`access-log: /nowhere/log\npools: { app: { backends: ["${a.url}"] } }`, words);
  assert.equal(await bodyOf(gateway), 'a');
});

test('a file with a token that is none changes nothing', async t => {
  const a = await okBackend(t, 'a');
  const { gateway, reload, file } = await serveFile(t, `pools: { app: { backends: ["${a.url}"] } }`);
  writeFileSync(`${file}.token`, 'short', { mode: 0o600 });
  await reload(
    `admin-token-file: ${file}.token\npools: { app: { backends: ["${a.url}"], max-conns: 5 } }`,
    'expected one line of 16 to 1024 characters without blanks',
  );
  assert.doesNotMatch(gateway.output, /max-conns/);
});

test('a configuration that came by a pipe is not waited for a second time', async t => {
  const a = await okBackend(t, 'a');
  const pipe = join(temporaryFolder(t), 'pipe');
  execFileSync('mkfifo', [pipe]);
  const starting = serve(t, '--config', pipe);
  await writeFile(pipe, `pools: { app: { backends: ["${a.url}"] } }`);
  const gateway = await starting;
  gateway.kill('SIGHUP');
  await eventually('it says so', () => gateway.output.includes('can be read only once'));
  assert.equal(await bodyOf(gateway), 'a');
});

test('a signal to reload that comes before the gateway serves is obeyed when it does', async t => {
  const a = await okBackend(t, 'a');
  const dns = await silentServer(t);
  const file = join(temporaryFolder(t), 'sluice.yaml');
  const backends = `["${a.url}", "http://app.test:1"]`;
  writeFileSync(file, `resolver: ["${dns}"]\npools: { app: { backends: ${backends} } }`);
  const gateway = await serve(t, '--config', file);
  // It listens by now, and waits for the name a little before it serves.
  gateway.kill('SIGHUP');
  await eventually('it has reloaded', () => gateway.output.includes('reloaded'));
  assert.ok(gateway.output.indexOf('taking orders') < gateway.output.indexOf('reloaded'), gateway.output);
});
