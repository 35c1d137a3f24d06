import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCli } from './run-cli.ts';

test('check warns of a backend whose certificate is not checked, and says so in its line', async t => {
  const { status, stdout, stderr } = await runCli(t, 'check', '-b', 'https://app.internal,insecure');
  assert.equal(status, 0);
  assert.match(
    stderr,
    /warning: the pool default: https:\/\/app\.internal is insecure: its certificate is not checked/,
  );
  assert.match(stdout, /https:\/\/app\.internal.*INSECURE: its certificate is not checked/);
});

test('check says that connections which begin with an address are not kept', async t => {
  const { stdout } = await runCli(t, 'check', '-b', 'http://127.0.0.1:3000,send-proxy=v1');
  assert.match(stdout, /told of clients by a PROXY header, version 1/);
  assert.match(stdout, /a connection for each request/);
});
