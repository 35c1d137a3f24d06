import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { isRunning, supervise } from '../support/supervised.ts';

test('a process that crashes is replaced, and requests wait for the new one', async t => {
  const g = await supervise(t, {});
  const first = await g.get('/');
  const crash = await fetch(`${g.address}/exit?status=3`, { method: 'POST' });
  assert.equal(crash.status, 502);
  // Until it is known, a process that is about to be gone may yet be asked.
  await eventually('its end is known', () => g.states !== 'ready' || g.processes[0]!.restarts === 1);
  const second = await g.get('/');
  assert.match(second, /^\d+$/);
  assert.notEqual(second, first);
  assert.equal(g.processes[0]!.restarts, 1);
});

test('a crash is logged with its status, the last words of the process, and how long it rests', async t => {
  const g = await supervise(t, { command: ['/bin/sh', '-c', 'echo cannot go on >&2; exit 7', '{socket}'] });
  await eventually('it is logged', () => g.said('application ended').length > 0);
  const { message, facts } = g.said('application ended')[0]!;
  assert.equal(message, 'application ended with status 7');
  const { pid, ...rest } = facts;
  assert.ok(Number(pid) > 0);
  assert.deepEqual(rest, { pool: 'app', process: 'app/1', stderr: 'cannot go on', restMs: 100 });
});

test('while a process rests, the status of its endpoint says what became of it', async t => {
  const g = await supervise(t, { command: ['/bin/sh', '-c', 'exit 7', '{socket}'] });
  const endpoint = () => g.gateway.status().pools[0]!.endpoints[0]!;
  await eventually('it rests', () => g.states === 'backing off');
  await eventually('it is known why', () => endpoint().why === 'its process ended with status 7');
  assert.equal(endpoint().state, 'absent');
});

test('a process that a signal ended is logged with the signal', async t => {
  const g = await supervise(t, {});
  await g.get('/');
  process.kill(g.processes[0]!.pid!, 'SIGKILL');
  await eventually('it is logged', () => g.said('application was ended by SIGKILL').length > 0);
});

test('an application that crashes again and again rests twice as long each time, and is not multiplied', async t => {
  const g = await supervise(
    t,
    { command: ['/bin/sh', '-c', 'exit 7', '{socket}'], max: 4 },
    { queue: { timeout: 1500 } },
  );
  const answers = await Promise.all(Array.from({ length: 20 }, () => g.get('/')));
  for (const answer of answers) assert.match(answer, /^503/);
  await eventually('it has crashed three times', () => g.said('application ended').length >= 3);
  const crashes = g.said('application ended');
  assert.deepEqual(
    crashes.slice(0, 3).map(({ facts }) => facts['restMs']),
    [100, 200, 400],
  );
  assert.deepEqual([...new Set(crashes.map(({ facts }) => facts['process']))], ['app/1']);
  assert.match(g.states, /stopped stopped stopped$/);
});

test('a process that ends by itself without an error is replaced without an alarm', async t => {
  const g = await supervise(t, {});
  const first = await g.get('/');
  await eventually('it has run for a while', () => g.processes[0]!.sinceMs > 1000);
  process.kill(Number(first), 'SIGTERM');
  // Some of them may learn of its end before it is reported.
  await Promise.all(Array.from({ length: 5 }, () => g.get('/')));
  await eventually('another serves', () => g.processes[0]!.restarts === 1 && g.states === 'ready');
  assert.notEqual(await g.get('/'), first);
  assert.deepEqual(
    g.log.messages.filter(({ level }) => level === 'warn'),
    [],
  );
});

test('a program that puts itself into the background is told to stay', async t => {
  const g = await supervise(t, { command: ['/bin/sh', '-c', 'exit 0', '{socket}'] });
  await eventually('it is logged', () => g.said('application ended at once').length > 0);
  assert.match(g.said('application ended at once')[0]!.message, /have it stay in the foreground/);
});

test('a process that does not listen in time is ended, and says so', async t => {
  const g = await supervise(t, { command: ['sleep', '600', '{socket}'], startTimeout: 100 });
  // `sleep` refuses the socket's path; a shell keeps it out of its words.
  const h = await supervise(t, { command: ['/bin/sh', '-c', 'sleep 600', '{socket}'], startTimeout: 100 });
  await eventually('it is logged', () => h.said('application accepted no connection').length > 0);
  await eventually('the reason is logged', () => g.said('application ended with status 1').length > 0);
  assert.match(
    String(g.said('application ended with status 1')[0]!.facts['stderr']),
    /invalid time interval/,
  );
});

test('requests that find the socket closed wait until the process accepts again', async t => {
  const g = await supervise(t, {});
  const pid = await g.get('/');
  assert.equal(await g.get('/deaf?ms=300'), 'deaf');
  await eventually('the socket is gone', () => !existsSync(join(g.folder, 'run/app/1.sock')));
  assert.deepEqual(await Promise.all([g.get('/'), g.get('/'), g.get('/')]), [pid, pid, pid]);
  assert.equal(g.processes[0]!.restarts, 0);
});

test('what a process has started does not outlive its crash', async t => {
  const g = await supervise(t, {});
  const pid = Number(await g.get('/'));
  const child = Number(await g.get('/child'));
  process.kill(pid, 'SIGKILL');
  await eventually('the child has ended', () => !isRunning(child));
});

test('a gateway that ends while an application starts or rests leaves nothing behind', async t => {
  const starting = await supervise(t, { command: ['/bin/sh', '-c', 'sleep 600', '{socket}'] });
  await eventually('a process runs', () => starting.processes[0]!.pid !== null);
  const pid = starting.processes[0]!.pid!;
  await starting.gateway.stop();
  assert.equal(isRunning(pid), false);
  const resting = await supervise(t, { command: ['/bin/sh', '-c', 'exit 7', '{socket}'] });
  await eventually('it rests', () => resting.states === 'backing off');
  await resting.gateway.stop();
  assert.equal(resting.states, 'stopped');
});
