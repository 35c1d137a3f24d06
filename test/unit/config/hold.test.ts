import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../support/socket-path.ts';
import { load, loadPool, mistakes } from './loading.ts';

const BACKEND = { backend: ['http://a:1'] };

test('a hold file need not be there, its directory has to', t => {
  const folder = temporaryFolder(t);
  assert.deepEqual(loadPool(BACKEND).hold, { file: '', bypass: [] });
  assert.equal(loadPool({ ...BACKEND, 'hold-file': `${folder}/x` }).hold.file, `${folder}/x`);
  assert.equal(loadPool({ ...BACKEND, 'hold-file': '/hold' }).hold.file, '/hold');
  const absent = join(folder, 'absent');
  assert.deepEqual(mistakes({ ...BACKEND, 'hold-file': `${absent}/x` }), [
    `--hold-file: cannot use the directory "${absent}": no such file or directory; make it first`,
  ]);
  writeFileSync(absent, '');
  assert.deepEqual(mistakes({ ...BACKEND, 'hold-file': `${absent}/x` }), [
    `--hold-file: "${absent}" is not a directory`,
  ]);
  assert.deepEqual(mistakes({ ...BACKEND, 'hold-file': folder }), [
    `--hold-file: "${folder}" is a directory: name a file in it`,
  ]);
});

test('a hold file begins at the working directory in a flag, at the file in a file', t => {
  const name = join(temporaryFolder(t), 'sluice.yaml');
  const yaml = 'pools: { default: { backends: "http://a:1", hold: { file: held } } }';
  assert.equal(load({}, yaml, false, name).pools[0]!.hold.file, resolve(name, '../held'));
  assert.equal(loadPool({ ...BACKEND, 'hold-file': 'held' }).hold.file, resolve('held'));
});

test('a pool has its own hold file and its own paths that pass, or the off of both', () => {
  const flags = { 'hold-file': '/tmp/all', 'hold-bypass': ['/healthz', '/api/*'] };
  const yaml = `
pools:
  default: { backends: "http://a:1" }
  own: { backends: "http://b:1", hold: { file: /tmp/own, bypass: /up } }
  none: { backends: "http://c:1", hold: { file: off, bypass: [] } }
`;
  assert.deepEqual(
    load(flags, yaml).pools.map(({ hold }) => hold),
    [
      { file: '/tmp/all', bypass: ['/healthz', '/api/*'] },
      { file: '/tmp/own', bypass: ['/up'] },
      { file: '', bypass: [] },
    ],
  );
});

test('a mistake in a hold names its place', () => {
  assert.deepEqual(mistakes({ ...BACKEND, 'hold-file': '/tmp/', 'hold-bypass': ['/a', 'b'] }), [
    '--hold-file: expected the path of a file, or off; got "/tmp/"',
    '--hold-bypass "b": a path begins with "/"; got "b"',
  ]);
});
