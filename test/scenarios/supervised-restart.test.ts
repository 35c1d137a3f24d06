import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { temporaryFolder } from '../support/socket-path.ts';
import { type SupervisingGateway, supervise } from '../support/supervised.ts';

/** Requests one after the other, by so many clients, until it is told to stop. */
class Load {
  readonly answers: string[] = [];
  #on = true;
  readonly #clients: Promise<unknown>;

  constructor(gateway: SupervisingGateway, clients: number) {
    this.#clients = Promise.all(Array.from({ length: clients }, () => this.#ask(gateway)));
  }

  async end(): Promise<void> {
    this.#on = false;
    await this.#clients;
  }

  async #ask(gateway: SupervisingGateway): Promise<void> {
    while (this.#on) this.answers.push(await gateway.get('/?ms=5'));
  }
}

for (const [min, max] of [
  [3, 3],
  [1, 2],
  [1, 1],
] as const) {
  test(`a restart under load fails no request, with ${min} to ${max} processes`, async t => {
    const g = await supervise(t, { min, max, concurrency: 2 });
    await eventually('the least number serve', () => (g.states.match(/ready/g) ?? []).length >= min);
    const before = g.processes.map(({ pid }) => String(pid));
    const load = new Load(g, 4);
    await g.gateway.restartApplications();
    const during = load.answers.length;
    await eventually('some more are served', () => load.answers.length > during + 10);
    await load.end();
    assert.deepEqual(
      load.answers.filter(answer => !/^\d+$/.test(answer)),
      [],
    );
    const after = load.answers.slice(during + 4);
    assert.deepEqual(
      after.filter(pid => before.includes(pid)),
      [],
      'no old process serves any more',
    );
  });
}

test('a restart replaces one process after the other', async t => {
  const g = await supervise(t, { min: 3, max: 3 });
  await eventually('all serve', () => g.states === 'ready ready ready');
  let fewest = 3;
  const watch = setInterval(() => {
    fewest = Math.min(fewest, g.states.match(/ready/g)?.length ?? 0);
  }, 1);
  await g.gateway.restartApplications();
  clearInterval(watch);
  assert.equal(fewest, 2);
  assert.deepEqual(
    g.processes.map(({ restarts }) => restarts),
    [1, 1, 1],
  );
});

test('a restart whose first new process does not come up leaves the others as they are', async t => {
  const folder = temporaryFolder(t);
  const script = `[ -e ${folder}/broken ] && exit 9; exec "$@"`;
  const app = join(import.meta.dirname, '../support/supervised-app.ts');
  const command = ['/bin/sh', '-c', script, 'sh', process.execPath, app, '{socket}'];
  const g = await supervise(t, { min: 2, max: 2, command });
  await eventually('both serve', () => g.states === 'ready ready');
  const second = g.processes[1]!.pid!;
  writeFileSync(join(folder, 'broken'), '');
  await g.gateway.restartApplications();
  assert.equal(g.said('the application does not come up').length, 1);
  assert.equal(g.processes[1]!.pid, second);
  assert.equal(await g.get('/'), String(second));
});

test('a request in flight is finished by the process that has it', async t => {
  const g = await supervise(t, { min: 2, max: 2 });
  await eventually('both serve', () => g.states === 'ready ready');
  const slow = [g.get('/?ms=400'), g.get('/?ms=400')];
  const before = g.processes.map(({ pid }) => String(pid)).sort();
  await eventually('both work', () => g.inFlight === 2);
  await g.gateway.restartApplications();
  assert.deepEqual((await Promise.all(slow)).sort(), before);
});

test('restarts that are asked for during another follow it as one', async t => {
  const g = await supervise(t, { min: 2, max: 2 });
  await eventually('both serve', () => g.states === 'ready ready');
  await Promise.all(Array.from({ length: 5 }, () => g.gateway.restartApplications()));
  assert.deepEqual(
    g.processes.map(({ restarts }) => restarts),
    [2, 2],
  );
});

test('a restart ends when the gateway does', async t => {
  const g = await supervise(t, { min: 3, max: 3 });
  await eventually('all serve', () => g.states === 'ready ready ready');
  const restarted = g.gateway.restartApplications();
  await eventually('it has begun', () => g.states.includes('starting'));
  await g.gateway.stop();
  await restarted;
  assert.equal(g.states, 'stopped stopped stopped');
});
