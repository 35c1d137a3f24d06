import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { withListeningSocket } from '../../../src/supervisor/listening-socket.ts';
import { temporaryFolder } from '../../support/socket-path.ts';

test('the socket is there for the gateway alone, listens, and replaces what lay there', t => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'a.sock');
  writeFileSync(path, 'left behind');
  const flags = withListeningSocket(path, undefined, descriptor => {
    // SO_ACCEPTCONN, and O_NONBLOCK that a child must not see.
    const script = `use Socket; use Fcntl;
      print unpack('i', getsockopt(STDIN, SOL_SOCKET, 30)), ' ', (fcntl(STDIN, F_GETFL, 0) & O_NONBLOCK);`;
    return spawnSync('perl', ['-e', script], { stdio: [descriptor, 'pipe', 'inherit'], encoding: 'utf8' })
      .stdout;
  });
  assert.equal(flags, '1 0');
  assert.equal(statSync(path).isSocket(), true);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(folder), ['a.sock']);
});

test('a socket that cannot be bound is the system’s error, and nothing is used', t => {
  const path = join(temporaryFolder(t), 'no/such/directory/a.sock');
  const use = t.mock.fn();
  assert.throws(() => withListeningSocket(path, undefined, use));
  assert.equal(use.mock.callCount(), 0);
  assert.equal(existsSync(path), false);
});
