import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { supervise } from '../support/supervised.ts';

test('requests that wait have more processes started, up to the most there may be', async t => {
  const g = await supervise(t, { min: 1, max: 3 });
  await g.get('/');
  assert.equal(g.states, 'ready stopped stopped');
  const answers = Array.from({ length: 12 }, () => g.get('/?ms=300'));
  await eventually('all three serve', () => g.states === 'ready ready ready');
  assert.equal(new Set(await Promise.all(answers)).size, 3);
});

test('requests that follow each other have no second process started', async t => {
  const g = await supervise(t, { min: 1, max: 4 });
  for (let i = 0; i < 30; i++) await g.get('/');
  assert.equal(g.states, 'ready stopped stopped stopped');
});

test('no more processes start at once than serve already', async t => {
  const g = await supervise(t, { min: 1, max: 8 });
  await g.get('/');
  const answers = Array.from({ length: 40 }, () => g.get('/?ms=100'));
  await eventually('another is started', () => g.states.includes('starting'));
  assert.equal(g.states.match(/starting/g)!.length, 1);
  await Promise.all(answers);
});

test('processes that the load of late has not needed are stopped, but for the least number', async t => {
  const g = await supervise(t, { min: 1, max: 3, idleTimeout: 200 });
  await Promise.all(Array.from({ length: 12 }, () => g.get('/?ms=300')));
  const states = () => g.states.split(' ').sort().join(' ');
  await eventually('one is left', () => states() === 'ready stopped stopped');
  assert.match(await g.get('/'), /^\d+$/);
});

test('an application may go to sleep, and is woken by a request', async t => {
  const g = await supervise(t, { min: 0, max: 2, idleTimeout: 200 });
  assert.equal(g.states, 'stopped stopped');
  const first = await g.get('/');
  await eventually('it sleeps again', () => g.states === 'stopped stopped');
  const second = await g.get('/');
  assert.notEqual(first, second);
});

test('a process serves as many requests at once as it is said to, and no more', async t => {
  const g = await supervise(t, { min: 1, max: 1, concurrency: 3 });
  await g.get('/');
  const answers = Array.from({ length: 5 }, () => g.get('/?ms=300'));
  const pool = (): { inFlight: number; queued: number } => g.gateway.status().pools[0]!;
  await eventually('the others wait', () => pool().queued === 2);
  assert.equal(pool().inFlight, 3);
  await Promise.all(answers);
});
