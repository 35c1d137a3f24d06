import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { afterwards } from '../support/afterwards.ts';
import { eventually } from '../support/eventually.ts';
import { type ServeProcess, serve } from '../support/serve-process.ts';
import { temporaryFolder } from '../support/socket-path.ts';
import { isRunning } from '../support/supervised.ts';

const APP = join(import.meta.dirname, '../support/supervised-app.ts');

interface Family {
  readonly gateway: ServeProcess;
  /** The application, and what it has started. */
  readonly pids: readonly number[];
}

/** `sluice serve` with an application, both working. */
async function family(t: TestContext): Promise<Family> {
  awayFromRun(t);
  const gateway = await serve(t, '--spawn', `app=http:${process.execPath} ${APP} {socket}`);
  const get = async (target: string): Promise<number> =>
    Number(await (await fetch(gateway.address + target)).text());
  const pids = [await get('/'), await get('/child')];
  assert.ok(pids.every(isRunning));
  return { gateway, pids };
}

/** A gateway that is killed cannot remove its sockets. */
function awayFromRun(t: TestContext): void {
  const before = process.env['XDG_RUNTIME_DIR'];
  process.env['XDG_RUNTIME_DIR'] = temporaryFolder(t);
  afterwards(t, () => {
    if (before === undefined) delete process.env['XDG_RUNTIME_DIR'];
    else process.env['XDG_RUNTIME_DIR'] = before;
  });
}

test('a gateway that is killed leaves no process of its applications behind (77)', async t => {
  const { gateway, pids } = await family(t);
  gateway.kill('SIGKILL');
  await gateway.exited;
  await eventually('all have ended', () => !pids.some(isRunning));
});

test('an application that ignores TERM outlives a killed gateway by no more than its grace', async t => {
  awayFromRun(t);
  const file = join(temporaryFolder(t), 'sluice.yaml');
  const command = [process.execPath, APP, '{socket}'];
  const spawn = { command, protocol: 'http', environment: { STUBBORN: '1' } };
  writeFileSync(file, JSON.stringify({ pools: { app: { spawn } } }));
  const gateway = await serve(t, '--config', file);
  const pid = Number(await (await fetch(gateway.address)).text());
  gateway.kill('SIGKILL');
  await eventually('it has ended', () => !isRunning(pid));
});

for (const [signals, how] of [
  [['SIGTERM'], 'drained'],
  [['SIGTERM', 'SIGINT'], 'stopped at once'],
] as const) {
  test(`a gateway that is ${how} ends with status 0, and its applications before it`, async t => {
    const { gateway, pids } = await family(t);
    for (const signal of signals) gateway.kill(signal);
    assert.deepEqual(await gateway.exited, { code: 0, signal: null });
    assert.deepEqual(pids.filter(isRunning), []);
  });
}

test('SIGHUP leaves applications alone whose pool stays as it is', async t => {
  const { gateway, pids } = await family(t);
  gateway.kill('SIGHUP');
  await eventually('it is done', () => gateway.output.includes('reloaded: nothing is different'));
  assert.ok(pids.every(isRunning));
  assert.equal(Number(await (await fetch(gateway.address)).text()), pids[0]);
});

test('a keeper that is killed has a successor that knows what to keep', async t => {
  const folder = join(import.meta.dirname, '../..');
  // It looks by itself: once it sees a keeper, it has told that one what to keep.
  const script = `
    import { spawn } from 'node:child_process';
    import { keeper } from ${JSON.stringify(join(folder, 'src/transport/keeper.ts'))};
    import { childrenOf } from ${JSON.stringify(join(folder, 'test/support/supervised.ts'))};
    const child = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
    keeper.keep(child.pid);
    setInterval(() => console.log(child.pid, ...childrenOf(process.pid).filter(pid => pid !== child.pid)), 20);
  `;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  afterwards(t, () => owner.kill('SIGKILL'));
  let seen: number[] = [];
  owner.stdout.setEncoding('utf8').on('data', (text: string) => {
    seen = text.trimEnd().split('\n').at(-1)!.split(' ').map(Number);
  });
  await eventually('there is a keeper', () => seen.length === 2);
  const [pid, first] = seen as [number, number];
  process.kill(first, 'SIGKILL');
  await eventually('there is another', () => seen.length === 2 && seen[1] !== first);
  owner.kill('SIGKILL');
  await eventually('what it kept has ended', () => !isRunning(pid));
});
