import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { findCommand } from '../support/debian.ts';
import { startFcgiwrap } from '../support/fcgiwrap.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { type Git, makeRepository } from '../support/git.ts';
import { unlessInstalled } from '../support/program.ts';

const skip = unlessInstalled('git', 'git-http-backend');
const MEGABYTE = 1_000_000;

/** git's own server program as a CGI program behind the gateway. */
async function serve(t: TestContext): Promise<{ git: Git; gateway: RunningGateway; url: string }> {
  const git = await makeRepository(t);
  const gateway = await startGateway(t, {
    backends: [`cgi://${findCommand('git-http-backend')}`],
    variables: variablesOf(git),
  });
  return { git, gateway, url: `${gateway.address}/project.git` };
}

function variablesOf(git: Git): string[] {
  return ['GIT_PROJECT_ROOT', git.projects, 'GIT_HTTP_EXPORT_ALL', '1'];
}

/** Clones, commits random bytes and pushes them; resolves to the bytes and to what the push printed. */
async function push(git: Git, url: string, length: number, ...options: string[]) {
  const bytes = randomBytes(length);
  await git.run(git.folder, 'clone', '-q', url, 'work');
  const work = join(git.folder, 'work');
  await git.run(work, 'checkout', '-q', '-B', 'main');
  writeFileSync(join(work, 'random'), bytes);
  await git.run(work, 'add', 'random');
  await git.run(work, 'commit', '-q', '-m', 'Add random bytes');
  const said = await git.run(work, ...options, 'push', url, 'main');
  return { bytes, said };
}

test('git clones what was pushed, all over HTTP', { skip }, async t => {
  const { git, url, gateway } = await serve(t);
  const { bytes } = await push(git, url, 10_000);
  await git.run(git.folder, 'clone', '-q', url, 'copy');
  assert.ok(readFileSync(join(git.folder, 'copy', 'random')).equals(bytes));
  await git.run(join(git.folder, 'copy'), 'fsck', '--strict');
  assert.ok(gateway.records.every(({ status, reason }) => status === 200 && reason === ''));
});

test('git pushes 20 MB in chunks and gets them back (57, 77)', { skip }, async t => {
  const { git, url, gateway } = await serve(t);
  const { bytes } = await push(git, url, 20 * MEGABYTE, '-c', 'http.postBuffer=65536');
  await git.run(git.folder, 'clone', '-q', url, 'copy');
  assert.ok(readFileSync(join(git.folder, 'copy', 'random')).equals(bytes));
  const [upload] = gateway.records.filter(({ bytesIn }) => bytesIn > 20 * MEGABYTE);
  assert.equal(upload?.status, 200);
  assert.deepEqual(gateway.load(), { inFlight: 0, queued: 0 });
});

test('two clients push and fetch while only one process may run (78)', { skip }, async t => {
  const { git } = await serve(t);
  const narrow = await startGateway(t, {
    backends: [`cgi://${findCommand('git-http-backend')},max-conns=1`],
    variables: variablesOf(git),
  });
  const url = `${narrow.address}/project.git`;
  await push(git, url, MEGABYTE);
  const copies = ['one', 'two', 'three', 'four'];
  await Promise.all(copies.map(copy => git.run(git.folder, 'clone', '-q', url, copy)));
  const files = copies.map(copy => readFileSync(join(git.folder, copy, 'random')));
  assert.ok(files.every(file => file.equals(files[0]!)));
});

test('a repository that is not there is git’s 404, and the client says so', { skip }, async t => {
  const { git, gateway } = await serve(t);
  await assert.rejects(
    git.run(git.folder, 'clone', '-q', `${gateway.address}/other.git`, 'copy'),
    /repository .*other\.git.* not found/,
  );
  assert.equal(gateway.records.at(-1)?.status, 404);
});

test('fcgiwrap runs git behind the gateway as well', {
  skip: skip || unlessInstalled('fcgiwrap'),
}, async t => {
  const git = await makeRepository(t);
  const gateway = await startGateway(t, {
    backends: [await startFcgiwrap(t)],
    variables: [...variablesOf(git), 'SCRIPT_FILENAME', findCommand('git-http-backend')!],
  });
  const url = `${gateway.address}/project.git`;
  const { bytes } = await push(git, url, 3 * MEGABYTE, '-c', 'http.postBuffer=65536');
  await git.run(git.folder, 'clone', '-q', url, 'copy');
  assert.ok(readFileSync(join(git.folder, 'copy', 'random')).equals(bytes));
});
