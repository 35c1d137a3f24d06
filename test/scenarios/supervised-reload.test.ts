import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { okBackend } from '../support/backend.ts';
import { makeConfig } from '../support/config.ts';
import { eventually } from '../support/eventually.ts';
import {
  isRunning,
  type SpawnSetting,
  type SupervisingGateway,
  spawnConfig,
  supervise,
} from '../support/supervised.ts';

/** Requests one after the other, until it is told to stop; what was answered otherwise than by a process id. */
async function failures(g: SupervisingGateway, steps: () => Promise<void>): Promise<string[]> {
  const odd: string[] = [];
  let on = true;
  const clients = Array.from({ length: 4 }, async () => {
    while (on) {
      const answer = await g.get('/?ms=2');
      if (!/^\d+$/.test(answer)) odd.push(answer);
    }
  });
  await steps();
  on = false;
  await Promise.all(clients);
  return odd;
}

function reload(g: SupervisingGateway, spawn: SpawnSetting) {
  return g.gateway.reload(spawnConfig(spawn, g.folder));
}

function pids(g: SupervisingGateway): number[] {
  return g.processes.flatMap(({ pid }) => pid ?? []);
}

for (const [min, max] of [
  [2, 2],
  [1, 1],
] as const) {
  test(`a command that a reload changes gets new processes, and no request fails, with ${max} at most`, async t => {
    const g = await supervise(t, { min, max, concurrency: 2 });
    await eventually('all serve', () => (g.states.match(/ready/g) ?? []).length === min);
    const before = pids(g);
    const odd = await failures(g, async () => {
      await reload(g, { min, max, concurrency: 2, environment: { COLOUR: 'green' } });
      await eventually('all are replaced', () => {
        return g.states === Array(min).fill('ready').join(' ') && !pids(g).some(pid => before.includes(pid));
      });
    });
    assert.deepEqual(odd, []);
    await eventually('the old ones have ended', () => !before.some(isRunning));
  });
}

test('what a process does not get to know is changed without another process', async t => {
  const g = await supervise(t, { min: 1, max: 1 });
  await eventually('it serves', () => g.states === 'ready');
  const before = pids(g);
  await reload(g, { min: 2, max: 3, idleTimeout: 50_000, stopTimeout: 4000 });
  await eventually('another one serves', () => g.states === 'ready ready stopped');
  assert.equal(pids(g)[0], before[0]);
});

test('processes beyond a lower number end when they have finished, and their sockets go', async t => {
  const g = await supervise(t, { min: 3, max: 3 });
  await eventually('all serve', () => g.states === 'ready ready ready');
  const [first, ...others] = pids(g);
  const odd = await failures(g, async () => {
    await reload(g, { min: 1, max: 1 });
    await eventually('the others have ended', () => !others.some(isRunning));
  });
  assert.deepEqual(odd, []);
  assert.equal(g.states, 'ready');
  assert.deepEqual(pids(g), [first]);
  assert.equal(existsSync(join(g.folder, 'run', 'app', '1.sock')), true);
  assert.equal(existsSync(join(g.folder, 'run', 'app', '3.sock')), false);
});

test('a pool may go over from processes to backends and back, and no process is left', async t => {
  const g = await supervise(t, { min: 1, max: 2 });
  const origin = await okBackend(t, '7');
  await eventually('one serves', () => g.states.includes('ready'));
  const before = pids(g);
  const odd = await failures(g, async () => {
    await g.gateway.reload(makeConfig({ pools: { app: [origin.url] } }));
    await eventually('the backend serves', () => origin.requests.length > 20);
    await eventually('the process has ended', () => !before.some(isRunning));
    await reload(g, { min: 1, max: 2 });
    await eventually(
      'another serves',
      () => g.gateway.status().applications.length === 1 && g.states.includes('ready'),
    );
  });
  assert.deepEqual(odd, []);
});

test('a pool that goes takes its processes with it, and one that comes back by its name has others', async t => {
  const g = await supervise(t, { min: 1, max: 1 });
  const origin = await okBackend(t, 'other');
  await eventually('it serves', () => g.states === 'ready');
  const before = pids(g);
  const slow = g.get('/?ms=300');
  await eventually('a request is in flight', () => g.inFlight === 1);
  await g.gateway.reload(makeConfig({ pools: { other: [origin.url] } }));
  await reload(g, { min: 1, max: 1 });
  assert.equal(await slow, String(before[0]));
  await eventually('the old one has ended', () => !before.some(isRunning));
  await eventually(
    'the new one serves',
    () => g.states === 'ready' && g.gateway.status().applications.length === 1,
  );
  assert.equal(await g.get('/'), String(pids(g)[0]));
});

test('a program that is not there is refused, and what runs goes on', async t => {
  const g = await supervise(t, { min: 1, max: 1 });
  await eventually('it serves', () => g.states === 'ready');
  const before = pids(g);
  await assert.rejects(reload(g, { command: ['/nowhere/app', '{socket}'] }), {
    message: /\/nowhere\/app is not there/,
  });
  assert.deepEqual(pids(g), before);
  assert.equal(await g.get('/'), String(before[0]));
});
