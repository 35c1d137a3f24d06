import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backend, fixedBackend, ok } from '../support/backend.ts';
import { connect, get } from '../support/client.ts';
import { startGateway } from '../support/gateway.ts';

test('103 reaches the client before the final answer is there (25)', async t => {
  const origin = await backend(t, async connection => {
    await connection.request();
    connection.send('HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\nLink: </b.css>\r\n\r\n');
    await connection.closed();
  });
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(get());
  const hints = await client.response();
  assert.equal(hints.startLine, 'HTTP/1.1 103 Early Hints');
  assert.deepEqual(hints.lines, ['Link: </a.css>', 'Link: </b.css>']);
  (await origin.connection(0)).send(ok('final'));
  const answer = await client.response();
  assert.equal(answer.text, 'final');
  assert.deepEqual(answer.all('link'), [], 'its fields are not in the final answer');
});

test('several 103 answers arrive, each by itself (25)', async t => {
  const origin = await fixedBackend(
    t,
    `HTTP/1.1 103 A\r\nLink: 1\r\n\r\nHTTP/1.1 103 B\r\nLink: 2\r\n\r\nHTTP/1.1 102 C\r\n\r\n${ok()}`,
  );
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(get());
  assert.deepEqual((await client.response()).all('link'), ['1']);
  assert.deepEqual((await client.response()).all('link'), ['2']);
  assert.equal((await client.response()).status, 102);
  assert.equal((await client.response()).status, 200);
});

test('hop-by-hop fields of an interim answer are dropped (8, 25)', async t => {
  const origin = await fixedBackend(
    t,
    `HTTP/1.1 103 A\r\nConnection: x-mine\r\nX-Mine: 1\r\nKeep-Alive: a\r\nLink: 1\r\n\r\n${ok()}`,
  );
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(get());
  assert.deepEqual((await client.response()).lines, ['Link: 1']);
});

test('101 without an Upgrade in the request is a fault of the backend (31)', async t => {
  const origin = await fixedBackend(
    t,
    'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n',
  );
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(get());
  assert.equal((await client.response()).status, 502);
});
