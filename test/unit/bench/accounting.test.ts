import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { groupCpu, groupResident, parseResident, parseStat } from '../../../bench/accounting.ts';
import { eventually } from '../../support/eventually.ts';

test('the times of a process and of its finished children are added', () => {
  const line = '42 (nginx) S 1 40 40 0 -1 4194560 10 0 0 0 100 20 3 4 20 0 1 0 99 1000 5';
  assert.deepEqual(parseStat(line), { pid: 42, group: 40, ticks: 127 });
});

test('a command with spaces and parentheses does not shift the fields', () => {
  const line = '7 (a) b (c)) R 1 6 6 0 -1 0 10 0 0 0 1 2 0 0 20 0 1 0 99 1000 5';
  assert.deepEqual(parseStat(line), { pid: 7, group: 6, ticks: 3 });
});

test('the resident size is the line Rss, not another one', () => {
  assert.equal(parseResident('Pss:  7 kB\nRss:                5120 kB\nPss_Dirty: 9 kB\n'), 5120);
  assert.equal(parseResident(''), 0);
});

test('a group counts its leader and its children, and nobody else', async () => {
  const script = 'sleep 60 & sleep 60 & echo up; wait';
  const child = spawn('sh', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    await once(child.stdout, 'data');
    const leader = parseResident(readFileSync(`/proc/${child.pid}/smaps_rollup`, 'latin1'));
    const group = groupResident(child.pid!);
    assert.ok(group > leader, 'the children count');
    assert.ok(group * 1024 < process.memoryUsage().rss, 'the process that started it does not');
    assert.ok(groupCpu(child.pid!) >= 0);
  } finally {
    process.kill(-child.pid!, 'SIGKILL');
    await once(child, 'exit');
  }
  await eventually('nobody of it is left', () => groupResident(child.pid!) === 0);
});
