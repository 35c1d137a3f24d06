import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { backend, ok, okBackend, silentBackend } from '../support/backend.ts';
import { connect, exchange, get } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { Load } from '../support/load.ts';
import { runNode } from '../support/program.ts';
import { SERVE, type ServeProcess, serve, serveBy } from '../support/serve-process.ts';
import { socketPath, temporaryFolder } from '../support/socket-path.ts';
import { isRunning } from '../support/supervised.ts';
import { Generations } from '../support/upgrades.ts';

const APP = join(import.meta.dirname, '../support/supervised-app.ts');

test('two upgrades in a row under full load fail no request, over TCP and over a unix socket (96)', async t => {
  const origin = await okBackend(t, 'hello');
  const path = socketPath(t);
  const gateway = await serve(t, '--listen', `unix:${path}`, '--backend', origin.url, '--access-log', 'off');
  const generations = new Generations(t, gateway);
  await eventually('both listeners are there', () => gateway.output.includes('listening on unix:'));
  const loads = [new Load(t, gateway.address, 8), new Load(t, `unix:${path}`, 8)];
  for (let turn = 1; turn <= 2; turn++) {
    const before = loads.map(({ answered }) => answered);
    await eventually('all are served', () => loads.every((load, i) => load.answered > before[i]! + 100));
    await generations.upgrade();
    await eventually('the one before has ended', () => generations.count(/"msg":"drained"/g) === turn);
  }
  const before = loads.map(({ answered }) => answered);
  await eventually('the third serves all', () => loads.every((load, i) => load.answered > before[i]! + 100));
  for (const load of loads) {
    await load.end();
    assert.deepEqual(load.failures, []);
  }
  assert.deepEqual(await gateway.exited, { code: 0, signal: null });
  generations.kill('SIGTERM');
  await eventually('the last one has ended', () => !isRunning(generations.pids.at(-1)!));
  assert.equal(existsSync(path), false, 'the last one removes the socket');
});

test('a WebSocket of the process before lives on until its shutdown time-out (96)', async t => {
  const origin = await backend(t, async connection => {
    await connection.request();
    connection.send('HTTP/1.1 101 X\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n');
    for (;;) connection.send(await connection.take(4));
  });
  const gateway = await serve(t, '--backend', origin.url, '--shutdown-timeout', '1500ms');
  const generations = new Generations(t, gateway);
  const tunnel = await connect(t, gateway.address);
  tunnel.send(get('/', 'Connection: Upgrade', 'Upgrade: x'));
  assert.equal((await tunnel.response()).status, 101);
  await generations.upgrade();
  tunnel.send('ping');
  assert.equal(String(await tunnel.take(4)), 'ping');
  await tunnel.closed();
  assert.deepEqual(await gateway.exited, { code: 0, signal: null });
  assert.match(gateway.output, /"cut":1,"msg":"drained; cut what had not finished within 1500ms"/);
});

test('a request in flight is answered by the process that has it, and its connection closes (85, 96)', async t => {
  const origin = await silentBackend(t);
  const gateway = await serve(t, '--backend', origin.url);
  const generations = new Generations(t, gateway);
  const client = await connect(t, gateway.address);
  client.send(get());
  await eventually('it is in flight', () => origin.requests.length === 1);
  await generations.upgrade();
  (await origin.connection(0)).send(ok('late'));
  const answer = await client.response();
  assert.equal(answer.text, 'late');
  assert.equal(answer.field('connection'), 'close');
  await gateway.exited;
});

test('a new configuration that is wrong fails the upgrade, and the process goes on', async t => {
  const origin = await okBackend(t, 'hello');
  const file = join(temporaryFolder(t), 'sluice.yaml');
  writeFileSync(file, JSON.stringify({ pools: { default: { backends: [origin.url] } } }));
  const gateway = await serve(t, '--config', file);
  const generations = new Generations(t, gateway);
  writeFileSync(file, 'balance: nonsense\n');
  gateway.kill('SIGUSR2');
  await eventually('it is refused', () => gateway.output.includes('no upgrade'));
  assert.match(gateway.output, /this process goes on, since the new one failed: .*sluice\.yaml:1: balance: /);
  assert.equal((await exchange(t, gateway.address, get())).text, 'hello');
  writeFileSync(file, JSON.stringify({ pools: { default: { backends: [origin.url] } } }));
  await generations.upgrade();
  assert.equal((await exchange(t, gateway.address, get())).text, 'hello');
});

test('an address of the new configuration that is taken fails the upgrade without losing a request', async t => {
  const origin = await okBackend(t, 'hello');
  const file = join(temporaryFolder(t), 'sluice.yaml');
  const write = (listen: string[]) =>
    writeFileSync(file, JSON.stringify({ listen, pools: { default: { backends: [origin.url] } } }));
  write(['127.0.0.1:0']);
  const gateway = await serveBy(t, [...SERVE, '--config', file]);
  const load = new Load(t, gateway.address, 4);
  write(['127.0.0.1:0', `127.0.0.1:${origin.port}`]);
  gateway.kill('SIGUSR2');
  await eventually('it is refused', () => gateway.output.includes('no upgrade'));
  assert.match(
    gateway.output,
    new RegExp(`cannot listen on 127.0.0.1:${origin.port}: the address is already in use`),
  );
  const { answered } = load;
  await eventually('it goes on', () => load.answered > answered + 50);
  await load.end();
  assert.deepEqual(load.failures, []);
});

test('what the new configuration does not listen on any more is closed, and its name removed', async t => {
  const origin = await okBackend(t, 'hello');
  const folder = temporaryFolder(t);
  const [file, path] = [join(folder, 'sluice.yaml'), join(folder, 'socket')];
  const write = (listen: string[]) =>
    writeFileSync(file, JSON.stringify({ listen, pools: { default: { backends: [origin.url] } } }));
  write(['127.0.0.1:0', `unix:${path}`]);
  const gateway = await serveBy(t, [...SERVE, '--config', file]);
  const generations = new Generations(t, gateway);
  write(['127.0.0.1:0']);
  await generations.upgrade();
  await gateway.exited;
  assert.equal(existsSync(path), false);
  assert.equal((await exchange(t, gateway.address, get())).text, 'hello');
});

test('the program is what its name stands for by now, and one that ends at once fails the upgrade', async t => {
  const origin = await okBackend(t, 'hello');
  const folder = temporaryFolder(t);
  const [current, broken] = [join(folder, 'current'), join(folder, 'broken')];
  symlinkSync(join(import.meta.dirname, '../..'), current);
  mkdirSync(join(broken, 'bin'), { recursive: true });
  writeFileSync(join(broken, 'bin/sluice.js'), 'process.exit(7)');
  const words = [process.execPath, join(current, 'bin/sluice.js'), 'serve', '--listen', '127.0.0.1:0'];
  const gateway = await serveBy(t, [...words, '--backend', origin.url]);
  const generations = new Generations(t, gateway);
  rmSync(current);
  symlinkSync(broken, current);
  gateway.kill('SIGUSR2');
  await eventually('it is refused', () => gateway.output.includes('no upgrade'));
  assert.match(gateway.output, /the new process ended by status 7 before it was ready/);
  rmSync(current);
  symlinkSync(join(import.meta.dirname, '../..'), current);
  await generations.upgrade();
  assert.equal((await exchange(t, gateway.address, get())).text, 'hello');
});

test('a gateway whose working directory was deleted can be upgraded', async t => {
  const origin = await okBackend(t, 'hello');
  const folder = join(temporaryFolder(t), 'release');
  mkdirSync(folder);
  const words = ['--listen', '127.0.0.1:0', '--backend', origin.url];
  const gateway = await serveBy(t, ['/bin/sh', '-c', 'cd "$0" && exec "$@"', folder, ...SERVE, ...words]);
  const generations = new Generations(t, gateway);
  rmSync(folder, { recursive: true });
  await generations.upgrade();
  assert.equal((await exchange(t, gateway.address, get())).text, 'hello');
  mkdirSync(folder);
  await generations.upgrade();
  assert.equal((await exchange(t, gateway.address, get())).text, 'hello');
});

test('a process that is killed while it hands over is succeeded all the same', async t => {
  const origin = await okBackend(t, 'hello');
  const path = socketPath(t);
  const gateway = await serve(t, '--listen', `unix:${path}`, '--backend', origin.url);
  await eventually('both listeners are there', () => gateway.output.includes('listening on unix:'));
  gateway.kill('SIGUSR2');
  const children = `/proc/${gateway.pid}/task/${gateway.pid}/children`;
  await eventually('there is a new process', () => readFileSync(children, 'utf8') !== '');
  gateway.kill('SIGKILL');
  await gateway.exited;
  const served = (): boolean => (gateway.output.match(/taking orders at/g)?.length ?? 0) === 2;
  await eventually('the new one serves', served);
  for (const address of [gateway.address, `unix:${path}`])
    assert.equal((await exchange(t, address, get())).text, 'hello');
  const { pid } = JSON.parse(
    (await runNode(t, [SERVE[1]!, 'status', '--json', '--admin', consoleOf(gateway)])).stdout,
  ) as { pid: number };
  process.kill(pid, 'SIGTERM');
  await eventually('it has ended', () => !isRunning(pid));
  assert.equal(existsSync(path), false, 'it removes the socket');
});

/** Where a gateway says that it takes orders. */
function consoleOf({ output }: ServeProcess): string {
  return /taking orders at ([^"]+)/.exec(output)![1]!;
}

test('a second upgrade during the first is refused', async t => {
  const origin = await okBackend(t, 'hello');
  const gateway = await serve(t, '--backend', origin.url);
  const generations = new Generations(t, gateway);
  gateway.kill('SIGUSR2');
  await eventually('it has begun', () => gateway.output.includes('a new process is being started'));
  gateway.kill('SIGUSR2');
  await eventually('it is refused', () => gateway.output.includes('an upgrade is under way'));
  await eventually('the first comes about', () => generations.pids.length === 1);
});

test('a gateway that is told to end during an upgrade takes the new process with it', async t => {
  const origin = await okBackend(t, 'hello');
  const gateway = await serve(t, '--backend', origin.url);
  const generations = new Generations(t, gateway);
  gateway.kill('SIGUSR2');
  await eventually('it has begun', () => gateway.output.includes('a new process is being started'));
  gateway.kill('SIGTERM');
  await gateway.exited;
  await assert.rejects(connect(t, gateway.address), { code: 'ECONNREFUSED' });
  assert.deepEqual(generations.pids, []);
});

test('the new process has applications of its own, and those of the one before are ended', async t => {
  const gateway = await serve(t, '--spawn', `app=http:${process.execPath} ${APP} {socket}`);
  const generations = new Generations(t, gateway);
  const ask = async () => Number((await exchange(t, gateway.address, get())).text);
  const before = await ask();
  const load = new Load(t, gateway.address, 4);
  await generations.upgrade();
  await gateway.exited;
  const after = await ask();
  assert.notEqual(after, before);
  assert.deepEqual([isRunning(before), isRunning(after)], [false, true]);
  await load.end();
  assert.deepEqual(load.failures, []);
  generations.kill('SIGTERM');
  await eventually('all have ended', () => !isRunning(after) && !isRunning(generations.pids[0]!));
});
