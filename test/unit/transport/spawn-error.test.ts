import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spawnError } from '../../../src/transport/spawn-error.ts';

for (const [code, kind] of [
  ['EAGAIN', 'not_processed'],
  ['EMFILE', 'not_processed'],
  ['ENOMEM', 'not_processed'],
  ['E2BIG', 'header_section_too_large'],
  ['ENOENT', 'connection_refused'],
  ['EIO', 'connection_refused'],
] as const) {
  test(`${code} at the start of a program means ${kind}`, () => {
    const error = spawnError('/usr/lib/cgi-bin/x', Object.assign(new Error('spawn'), { code }));
    assert.equal(error.kind, kind);
    assert.match(error.message, new RegExp(`^cannot run /usr/lib/cgi-bin/x: .*${code}`));
  });
}

for (const [code, kind] of [
  ['ENOENT', 'program_broken'],
  ['EACCES', 'program_broken'],
  ['EAGAIN', 'not_processed'],
] as const) {
  test(`of one program of many, ${code} means ${kind}`, () => {
    const cause = Object.assign(new Error('spawn'), { code });
    assert.equal(spawnError('/usr/lib/cgi-bin/x', cause, true).kind, kind);
  });
}
