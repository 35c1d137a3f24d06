import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { GatewayStatus } from '../../src/gateway-status.ts';
import { type BackendConnection, backend, ok, okBackend } from '../support/backend.ts';
import { connect, get } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { type ServeProcess, serve } from '../support/serve-process.ts';
import { temporaryFolder } from '../support/socket-path.ts';
import { statusAt } from '../support/status-at.ts';
import { type Ended, runCli, startCli } from '../unit/cli/run-cli.ts';

/** A gateway in a process of its own, and commands for it. */
interface Commanded {
  readonly gateway: ServeProcess;
  readonly socket: string;
  run(...words: string[]): Promise<Ended>;
  status(): Promise<GatewayStatus>;
}

async function commanded(t: TestContext, ...flags: string[]): Promise<Commanded> {
  const socket = join(temporaryFolder(t), 'console');
  const gateway = await serve(t, '--admin', `unix:${socket}`, ...flags);
  await eventually('it takes orders', () => gateway.output.includes('taking orders'));
  const run = (...words: string[]) => runCli(t, ...words, '--admin', `unix:${socket}`);
  const status = () => statusAt(socket);
  return { gateway, socket, run, status };
}

/** A backend whose answers are given by hand. */
async function slowBackend(t: TestContext): Promise<{ url: string; asked: BackendConnection[] }> {
  const asked: BackendConnection[] = [];
  const { url } = await backend(t, async connection => {
    for (;;) {
      await connection.request();
      asked.push(connection);
    }
  });
  return { url, asked };
}

test('a hold waits for what is in flight, keeps what comes, and lets it go on in the end', async t => {
  const { url, asked } = await slowBackend(t);
  const { gateway, run, status, socket } = await commanded(t, '--pool', `app=${url}`);
  const before = await connect(t, gateway.address);
  before.send(get('/before'));
  await eventually('it is in flight', () => asked.length === 1);

  const late = await run('hold', 'app', '--wait', '50ms');
  assert.equal(late.status, 1);
  assert.match(
    late.stderr,
    /1 request is in flight still, after 50ms; the hold stands until sluice resume app/,
  );

  const waiting = startCli(t, ['hold', 'app', '--wait', '--admin', `unix:${socket}`]);
  const during = await connect(t, gateway.address);
  during.send(get('/during'));
  asked[0]!.send(ok('before'));
  assert.equal((await before.response()).text, 'before');
  const quiet = await waiting.ended();
  assert.deepEqual(
    [quiet.status, quiet.stdout.split('\n')[0]],
    [0, 'held: app; nothing is in flight any more'],
  );
  const [pool] = (await status()).pools;
  assert.equal(pool!.hold!.waiting, 1);
  assert.equal(asked.length, 1, 'what came during the hold has not reached the backend');

  const resumed = await run('resume', 'app');
  assert.deepEqual([resumed.status, resumed.stdout], [0, 'resumed: app; 1 request waited\n']);
  await eventually('it goes on', () => asked.length === 2);
  asked[1]!.send(ok('during'));
  assert.equal((await during.response()).text, 'during');
});

test('endpoints come, are set, drained and removed, and the status shows it', async t => {
  const [a, b] = [await okBackend(t, 'a'), await okBackend(t, 'b')];
  const { run, status } = await commanded(t, '--pool', `app=${a.url},name=a`);
  for (const [words, said] of [
    [['add', 'app', `${b.url},name=b`], 'added to app: b\n'],
    [['set', 'app/b', 'weight=3'], 'b: weight 1 -> 3\n'],
    [['drain', 'a', '--wait', '5s'], 'drained: a\n'],
  ] as const) {
    assert.deepEqual(await run(...words), { status: 0, stdout: said, stderr: '' });
  }
  const [pool] = (await status()).pools;
  assert.deepEqual(
    pool!.endpoints.map(({ name, state, weight }) => [name, state, weight]),
    [
      ['a', 'draining', 1],
      ['b', 'up', 3],
    ],
  );
  const [first, second] = pool!.endpoints;
  assert.ok(first!.stateMs < second!.stateMs, 'one was drained after the other had come');
  const shown = (await run('status', 'app')).stdout;
  assert.match(shown, /a +draining .*\n +by an operator/);
  assert.match(shown, /differs from the file: .*weight=3/);
  assert.equal((await run('enable', 'a')).status, 0);
  assert.equal((await run('remove', 'app/b', '--wait', '5s')).stdout, 'removed: app/b\n');
  assert.equal((await status()).pools[0]!.endpoints.length, 1);
});

test('an order that cannot be carried out is refused in words', async t => {
  const { url } = await okBackend(t);
  const { run } = await commanded(t, '--pool', `app=${url},name=a`);
  for (const [words, code, said] of [
    [['drain', 'b'], 1, /b/],
    [['hold', 'ap'], 1, /app/],
    [['set', 'app', 'max-conn=3'], 2, /max-conns/],
    [['add', 'app', 'htp://b:1'], 2, /http/],
    [['restart'], 1, /application/],
    [['status', 'ap'], 1, /the nearest is "app"/],
  ] as const) {
    const { status, stderr } = await run(...words);
    assert.equal(status, code, stderr);
    assert.match(stderr, said);
  }
});

test('during a drain the console answers, and its socket is gone with the gateway', async t => {
  const { url, asked } = await slowBackend(t);
  const { gateway, run, status, socket } = await commanded(t, '--backend', url);
  const client = await connect(t, gateway.address);
  client.send(get());
  await eventually('it is in flight', () => asked.length === 1);
  const stopping = startCli(t, ['stop', '--wait', '--admin', `unix:${socket}`]);
  await eventually('it drains', () => gateway.output.includes('draining'));
  const { draining, exchanges } = await status();
  assert.deepEqual([draining, exchanges.underWay], [true, 1]);
  const late = await run('stop', '--wait', '50ms');
  assert.equal(late.status, 1);
  asked[0]!.send(ok('last'));
  assert.equal((await client.response()).text, 'last');
  const { status: code, stdout } = await stopping.ended();
  assert.deepEqual([code, stdout], [0, 'the gateway has ended\n']);
  assert.deepEqual(await gateway.exited, { code: 0, signal: null });
  assert.equal(existsSync(socket), false);
});

test('a second gateway with the same place does not start if it was given, and the first goes on', async t => {
  const { url } = await okBackend(t);
  const { socket, run } = await commanded(t, '--backend', url);
  const admin = `unix:${socket}`;
  const second = await runCli(t, 'serve', '-l', '127.0.0.1:0', '-b', url, '--admin', admin);
  assert.equal(second.status, 1);
  assert.match(second.stderr, /cannot take orders at unix:.*: another gateway does so there/);
  assert.equal((await run('pools')).status, 0);
});
