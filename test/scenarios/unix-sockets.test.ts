import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backend, ok, okBackend } from '../support/backend.ts';
import { exchange, get, post } from '../support/client.ts';
import { startGateway } from '../support/gateway.ts';
import { socketPath } from '../support/socket-path.ts';
import { fullSocket } from '../support/unreachable.ts';

test('a backend on a unix socket gets the client’s Host and keeps its connection', async t => {
  const path = socketPath(t);
  const origin = await backend(t, connection => connection.always(ok()), path);
  const gateway = await startGateway(t, { backends: [`http+unix://${path}`] });
  for (let i = 0; i < 3; i++)
    assert.equal((await exchange(t, gateway.address, post('/', 'abc'))).status, 200);
  assert.equal(origin.requests[0]!.field('host'), 'example.com');
  assert.equal(origin.connections.length, 1);
});

test('an abstract unix socket works as well (45)', async t => {
  const name = `sluice-test-${process.pid}-${Math.random()}`;
  await backend(t, connection => connection.always(ok()), `\0${name}`);
  const gateway = await startGateway(t, { backends: [`http+unix://@${name}`] });
  assert.equal((await exchange(t, gateway.address, get())).status, 200);
});

test('a socket file that is not there, or that nobody listens on, means refused (45)', async t => {
  const gateway = await startGateway(t, { backends: [`http+unix://${socketPath(t)}`] });
  const answer = await exchange(t, gateway.address, get());
  assert.equal(answer.status, 502);
  assert.match(answer.field('proxy-status')!, /error=connection_refused/);
});

test('a full backlog means busy, not down: 503, and the backend does not rest (45)', async t => {
  const path = socketPath(t);
  await fullSocket(t, path);
  const other = await okBackend(t, 'other');
  const alone = await startGateway(t, { backends: [`http+unix://${path}`] });
  assert.equal((await exchange(t, alone.address, get())).status, 503);
  const both = await startGateway(t, { backends: [`http+unix://${path}`, other.url], balance: 'first' });
  for (let i = 0; i < 3; i++) assert.equal((await exchange(t, both.address, post('/', 'abc'))).text, 'other');
  const records = await both.ended(3);
  assert.deepEqual(
    records.map(record => record.attempts[0]!.reason),
    ['backlog_full', 'backlog_full', 'backlog_full'],
  );
});
