import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const MODULE = join(import.meta.dirname, '../../../src/transport/inherited-descriptors.ts');

/** A program of Node that lists the descriptors of a child of its own. */
const PROGRAM = `
import { spawnSync } from 'node:child_process';
import { onlyThree } from '${MODULE}';
const { stdout, error } = spawnSync('/bin/ls', ['-l', '/proc/self/fd'], { stdio: onlyThree(['ignore', 'pipe', 'pipe']) });
console.log(error ?? stdout.toString());
`;

/** The files that a grandchild has open, by their descriptors; the process between was given a file at each of `extra`. */
function descriptorsOfGrandchild(extra: readonly number[], shell = ''): Map<number, string> {
  const file = openSync('/etc/passwd', 'r');
  const stdio: ('ignore' | 'pipe' | 'inherit' | number)[] = ['ignore', 'pipe', 'inherit'];
  while (stdio.length <= Math.max(...extra)) stdio.push(extra.includes(stdio.length) ? file : 'ignore');
  const script = `${shell} exec "$0" --input-type=module -e "$1"`;
  const { stdout } = spawnSync('/bin/sh', ['-c', script, process.execPath, PROGRAM], { stdio });
  closeSync(file);
  const lines = stdout!.toString().matchAll(/ (\d+) -> (.*)$/gm);
  return new Map([...lines].map(([, descriptor, name]) => [Number(descriptor), name!]));
}

test('what was left open in the gateway is not open in what it starts (56)', () => {
  const found = descriptorsOfGrandchild([9, 30, 100]);
  for (const descriptor of [0, 1, 2]) assert.ok(found.has(descriptor));
  assert.ok(![...found.values()].includes('/etc/passwd'), JSON.stringify([...found]));
});

test('a descriptor beyond the limit of open files does not keep programs from starting', () => {
  const found = descriptorsOfGrandchild([30, 100], 'ulimit -n 64;');
  assert.deepEqual([found.get(30), found.get(100)], ['/dev/null', '/etc/passwd']);
});
