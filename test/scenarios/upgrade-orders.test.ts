import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { backend, ok, okBackend } from '../support/backend.ts';
import { exchange, get } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import type { Message } from '../support/message.ts';
import { type Finished, runNode } from '../support/program.ts';
import { SERVE, type ServeProcess, serve, serveBy } from '../support/serve-process.ts';
import { socketPath, temporaryFolder } from '../support/socket-path.ts';
import { Generations } from '../support/upgrades.ts';

/** A command for a gateway, by its console. */
type Order = (...words: string[]) => Promise<Finished>;

/** A gateway with a console on a unix socket, and orders for it. */
function commanded(t: TestContext, ...flags: string[]): Promise<[ServeProcess, Order]> {
  return commandedAt(t, `unix:${join(temporaryFolder(t), 'admin')}`, ...flags);
}

/** An order at once, without the time that a command takes to start: sooner than a new process of a gateway serves. */
function orderSoon(t: TestContext, admin: string, name: string): Promise<Message> {
  const head = `POST /v1/${name} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n`;
  return exchange(t, admin, `${head}Content-Length: 2\r\n\r\n{}`);
}

async function commandedAt(
  t: TestContext,
  admin: string,
  ...flags: string[]
): Promise<[ServeProcess, Order]> {
  const gateway = await serve(t, '--admin', admin, ...flags);
  await eventually('it takes orders', () => gateway.output.includes('taking orders'));
  return [gateway, (...words) => runNode(t, [SERVE[1]!, ...words, '--admin', admin])];
}

interface Shown {
  readonly pid: number;
  readonly pools: readonly {
    readonly changes?: readonly string[];
    readonly endpoints: readonly { state: string }[];
  }[];
}

async function statusOf(order: Order): Promise<Shown> {
  return JSON.parse((await order('status', '--json')).stdout) as Shown;
}

test('the order to upgrade is answered with the new process, which takes the next order', async t => {
  const origin = await okBackend(t, 'hello');
  const [gateway, order] = await commanded(t, '--backend', origin.url);
  const generations = new Generations(t, gateway);
  const { code, stdout, stderr } = await order('upgrade');
  assert.deepEqual([code, stderr], [0, '']);
  assert.match(stdout, new RegExp(`process ${generations.pids[0]} serves now`));
  await gateway.exited;
  assert.equal((await statusOf(order)).pid, generations.pids[0]);
});

test('what operators took out or set stays so in the new process', async t => {
  const [a, b, c] = [await okBackend(t, 'a'), await okBackend(t, 'b'), await okBackend(t, 'c')];
  const names = ['--backend', `${a.url},name=a`, '--backend', `${b.url},name=b`];
  const [gateway, order] = await commanded(t, ...names);
  const generations = new Generations(t, gateway);
  for (const words of [
    ['disable', 'a'],
    ['set', 'default', 'max-conns=7'],
    ['add', 'default', `${c.url},name=c`],
  ]) {
    const { code, stderr } = await order(...words);
    assert.deepEqual([code, stderr], [0, '']);
  }
  const before = (await statusOf(order)).pools;
  await generations.upgrade();
  await gateway.exited;
  const texts = await Promise.all(Array.from({ length: 12 }, () => exchange(t, gateway.address, get())));
  assert.deepEqual([...new Set(texts.map(({ text }) => text))].sort(), ['b', 'c']);
  const { pools } = await statusOf(order);
  assert.deepEqual(pools[0]!.changes, before[0]!.changes);
  assert.ok(pools[0]!.changes!.length >= 3, `${pools[0]!.changes}`);
});

test('an order that the new configuration has no place for is named in the log', async t => {
  const [a, b] = [await okBackend(t, 'a'), await okBackend(t, 'b')];
  const file = join(temporaryFolder(t), 'sluice.yaml');
  const write = (...backends: string[]) =>
    writeFileSync(file, JSON.stringify({ pools: { default: { backends } } }));
  write(`${a.url},name=a`, `${b.url},name=b`);
  const [gateway, order] = await commanded(t, '--config', file);
  const generations = new Generations(t, gateway);
  await order('disable', 'a');
  write(`${b.url},name=b`);
  await generations.upgrade();
  assert.match(gateway.output, /"msg":"disable default\/a is not carried over: /);
  assert.equal((await exchange(t, gateway.address, get())).text, 'b');
});

test('an upgrade is refused while requests are held', async t => {
  const origin = await backend(t, connection => connection.always(ok()));
  const [gateway, order] = await commanded(t, '--backend', origin.url);
  const generations = new Generations(t, gateway);
  assert.equal((await order('hold')).code, 0);
  const { code, stderr } = await order('upgrade');
  assert.equal(code, 1);
  assert.match(
    stderr,
    /requests are held \(default\), and those that wait cannot be handed over: resume first/,
  );
  assert.equal((await order('resume')).code, 0);
  await generations.upgrade();
});

test('an upgrade that fails at its last moment leaves the sockets found by their names', async t => {
  const origin = await okBackend(t, 'hello');
  const path = socketPath(t);
  const admin = `unix:${socketPath(t)}`;
  const [gateway, order] = await commandedAt(t, admin, '--backend', origin.url, '--listen', `unix:${path}`);
  const generations = new Generations(t, gateway);
  await eventually('both listeners are there', () => gateway.output.includes('listening on unix:'));
  generations.kill('SIGUSR2');
  await eventually('it has begun', () => gateway.output.includes('a new process is being started'));
  // Before the new process says that it serves.
  assert.equal((await orderSoon(t, admin, 'hold')).status, 200);
  await eventually('it has failed', () => gateway.output.includes('no upgrade'));
  assert.match(gateway.output, /since the new one failed: requests are held since then/);
  await eventually('the new process has ended', () => gateway.output.includes('"msg":"drained"'));
  assert.equal((await order('resume')).code, 0);
  assert.equal((await exchange(t, `unix:${path}`, get())).text, 'hello');
  assert.equal(generations.pids.length, 0);
});

test('an upgrade that would lose a new configuration is refused', async t => {
  const origin = await okBackend(t, 'hello');
  const file = join(temporaryFolder(t), 'sluice.yaml');
  const write = (queue: number): void =>
    writeFileSync(
      file,
      JSON.stringify({ pools: { default: { backends: [origin.url], queue: { length: queue } } } }),
    );
  write(10);
  const admin = `unix:${socketPath(t)}`;
  const [gateway] = await commandedAt(t, admin, '--config', file);
  new Generations(t, gateway).kill('SIGUSR2');
  await eventually('it has begun', () => gateway.output.includes('a new process is being started'));
  write(20);
  assert.match((await orderSoon(t, admin, 'reload')).text, /queue 10 -> 20/);
  await eventually('it has failed', () => gateway.output.includes('no upgrade'));
  assert.match(gateway.output, /another configuration was loaded meanwhile: try again/);
});

test('a gateway without a console takes nobody else’s when it is upgraded', async t => {
  const origin = await okBackend(t, 'hello');
  const runtime = temporaryFolder(t);
  const own = { XDG_RUNTIME_DIR: runtime };
  const words = [...SERVE, '--listen', '127.0.0.1:0', '--backend', origin.url];
  const first = await serveBy(t, words, own);
  await eventually('it takes orders', () => first.output.includes('taking orders'));
  const second = await serveBy(t, words, own);
  await eventually('it takes none', () => second.output.includes('another gateway does so there'));
  await new Generations(t, second).upgrade();
  await second.exited;
  const { stdout } = await runNode(t, [
    SERVE[1]!,
    'status',
    '--json',
    '--admin',
    `unix:${runtime}/sluice.sock`,
  ]);
  assert.deepEqual(
    (JSON.parse(stdout) as { listeners: { address: string }[] }).listeners.map(({ address }) => address),
    [first.address],
  );
});

test('a console by TCP is handed over, too', async t => {
  const origin = await okBackend(t, 'hello');
  const token = join(temporaryFolder(t), 'token');
  writeFileSync(token, 'a-token-that-is-long-enough-for-everybody\n', { mode: 0o600 });
  const console = ['--admin', '127.0.0.1:0', '--admin-token-file', token];
  const gateway = await serve(t, ...console, '--backend', origin.url);
  const generations = new Generations(t, gateway);
  await eventually('it takes orders', () => gateway.output.includes('taking orders'));
  const [, address = ''] = /taking orders at (127\.0\.0\.1:\d+)/.exec(gateway.output) ?? [];
  const order: Order = (...words) =>
    runNode(t, [SERVE[1]!, ...words, '--admin', address, '--token-file', token]);
  assert.deepEqual((await order('upgrade')).stderr, '');
  await gateway.exited;
  assert.equal((await statusOf(order)).pid, generations.pids[0]);
});
