import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { membersOf, successorsOf } from '../../../src/transport/group-members.ts';
import { ProcessGroup } from '../../../src/transport/process-group.ts';
import { afterwards } from '../../support/afterwards.ts';
import { eventually } from '../../support/eventually.ts';
import { temporaryFolder } from '../../support/socket-path.ts';

/** A shell that leads a group, once it has made the file `ready` in its folder. */
async function leader(t: TestContext, script: string): Promise<{ child: ChildProcess; pid: number }> {
  const folder = temporaryFolder(t);
  const child = spawn('/bin/sh', ['-c', script], { cwd: folder, detached: true, stdio: 'ignore' });
  const pid = child.pid!;
  afterwards(t, () => {
    for (const member of membersOf(pid)) process.kill(member.pid, 'SIGKILL');
  });
  await eventually('the script is ready', () => existsSync(`${folder}/ready`));
  return { child, pid };
}

/** All signals that are sent from now on, as `NUMBER SIGNAL`; they are sent nonetheless. */
function signalsSent(t: TestContext): string[] {
  const sent: string[] = [];
  const kill = process.kill.bind(process);
  t.mock.method(process, 'kill', (pid: number, signal: string | number) => {
    if (signal !== 0) sent.push(`${pid} ${signal}`);
    return kill(pid, signal);
  });
  return sent;
}

test('members of a group are those that run, whoever their parent is', async t => {
  const { pid } = await leader(t, 'sleep 1000 & sleep 1000 & touch ready; wait');
  await eventually('there are three', () => membersOf(pid).length === 3);
  assert.ok(membersOf(pid).some(member => member.pid === pid));
  assert.deepEqual(membersOf(process.pid + 4_000_000), []);
});

test('a leader that heeds TERM is not killed, and its group is told once', async t => {
  const { child, pid } = await leader(t, 'touch ready; exec sleep 1000');
  const group = new ProcessGroup(pid);
  const sent = signalsSent(t);
  const gone = once(child, 'exit');
  group.end();
  group.end();
  assert.deepEqual((await gone)[1], 'SIGTERM');
  group.leaderEnded();
  group.end();
  group.kill();
  assert.deepEqual(sent, [`-${pid} SIGTERM`]);
});

test('what ignores TERM is killed after a grace, be it the leader or a child of it', async t => {
  for (const script of [
    'trap "" TERM; touch ready; sleep 1000; sleep 1000',
    '(trap "" TERM; touch ready; sleep 1000; sleep 1000) & wait',
  ]) {
    const { child, pid } = await leader(t, script);
    const group = new ProcessGroup(pid);
    child.once('exit', () => group.leaderEnded());
    const sent = signalsSent(t);
    group.end();
    await eventually('nobody is left', () => membersOf(pid).length === 0);
    assert.deepEqual(sent, [`-${pid} SIGTERM`, `-${pid} SIGKILL`]);
    t.mock.restoreAll();
  }
});

test('once the leader and all others are gone the number gets no signal: it may be a stranger’s', async t => {
  const { child, pid } = await leader(t, 'touch ready');
  if (child.exitCode === null) await once(child, 'exit');
  const group = new ProcessGroup(pid);
  group.leaderEnded();
  const sent = signalsSent(t);
  group.end();
  group.kill();
  assert.deepEqual(sent, []);
});

test('of a group whose leader is gone somebody known must be left for it to get a signal', async t => {
  const { child, pid } = await leader(t, 'sleep 1000 & touch ready');
  if (child.exitCode === null) await once(child, 'exit');
  const group = new ProcessGroup(pid);
  group.leaderEnded();
  const [left] = membersOf(pid);
  process.kill(left!.pid, 'SIGKILL');
  await eventually('nobody is left', () => membersOf(pid).length === 0);
  const sent = signalsSent(t);
  group.end();
  assert.deepEqual(sent, []);

  const other = await leader(t, 'sleep 1000 & touch ready');
  if (other.child.exitCode === null) await once(other.child, 'exit');
  const second = new ProcessGroup(other.pid);
  second.leaderEnded();
  second.end();
  assert.deepEqual(sent, [`-${other.pid} SIGTERM`]);
});

test('a group whose processes take turns is ended all the same', async t => {
  const turns = '$SIG{TERM} = "IGNORE"; for (1 .. 400) { exit if fork; select undef, undef, undef, 0.02 }';
  const { child, pid } = await leader(t, `perl -e '${turns}' & touch ready`);
  if (child.exitCode === null) await once(child, 'exit');
  const group = new ProcessGroup(pid);
  group.leaderEnded();
  const [first] = membersOf(pid);
  await eventually('another has its turn', () => {
    const now = membersOf(pid);
    return now.length > 0 && now.every(member => member.pid !== first!.pid);
  });
  const sent = signalsSent(t);
  group.end();
  await eventually('it is killed', () => sent.includes(`-${pid} SIGKILL`));
  await eventually('nobody is left', () => membersOf(pid).length === 0);
});

test('a group is a stranger’s if nobody of those known is left and somebody has its number', async t => {
  const { pid } = await leader(t, 'touch ready; exec sleep 1000');
  assert.deepEqual(successorsOf([{ pid: 4_000_001, startedAt: '1' }], pid), []);
  assert.deepEqual(successorsOf([], pid), []);
  assert.deepEqual(successorsOf(membersOf(pid), pid), membersOf(pid));
});

test('a group that is released is left alone', async t => {
  const { pid } = await leader(t, 'touch ready; exec sleep 1000');
  const group = new ProcessGroup(pid);
  group.release();
  const sent = signalsSent(t);
  group.end();
  assert.deepEqual(sent, []);
});

test('no more than 32 groups have their grace at once: the first of more is killed', async t => {
  const stubborn = 'trap "" TERM; touch ready; sleep 1000; sleep 1000';
  const leaders = await Promise.all(Array.from({ length: 33 }, () => leader(t, stubborn)));
  const groups = leaders.map(({ child, pid }) => {
    const group = new ProcessGroup(pid);
    child.once('exit', () => group.leaderEnded());
    return group;
  });
  const sent = signalsSent(t);
  for (const group of groups.slice(0, 32)) group.end();
  assert.ok(!sent.some(signal => signal.endsWith('SIGKILL')));
  groups[32]!.end();
  assert.deepEqual(
    sent.filter(signal => signal.endsWith('SIGKILL')),
    [`-${leaders[0]!.pid} SIGKILL`],
  );
  for (const group of groups) group.kill();
  await eventually('all are gone', () => leaders.every(({ pid }) => membersOf(pid).length === 0));
});
