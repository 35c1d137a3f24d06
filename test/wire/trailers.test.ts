import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixedBackend, okBackend } from '../support/backend.ts';
import { exchange, get } from '../support/client.ts';
import { startGateway } from '../support/gateway.ts';

const ANSWER =
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n5\r\nhello\r\n0\r\n' +
  'X-Sum: 1\r\nContent-Length: 99\r\nX-Sum: 2\r\n\r\n';

test('trailers of an answer reach a client that says TE: trailers, save those that frame or route (22)', async t => {
  const origin = await fixedBackend(t, ANSWER);
  const gateway = await startGateway(t, { backends: [origin.url] });
  const answer = await exchange(t, gateway.address, get('/', 'TE: trailers', 'Connection: TE'));
  assert.equal(answer.text, 'hello');
  assert.deepEqual(answer.trailers, [
    ['X-Sum', '1'],
    ['X-Sum', '2'],
  ]);
  assert.deepEqual(answer.all('x-sum'), [], 'not merged into the head');
});

test('trailers of an answer are dropped for a client that does not say TE: trailers (22)', async t => {
  const origin = await fixedBackend(t, ANSWER);
  const gateway = await startGateway(t, { backends: [origin.url] });
  const answer = await exchange(t, gateway.address, get());
  assert.equal(answer.text, 'hello');
  assert.deepEqual(answer.trailers, []);
  assert.deepEqual(answer.all('x-sum'), []);
});

test('TE: trailers is said to the backend in the gateway’s own name (8, 22)', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url] });
  await exchange(t, gateway.address, get('/', 'TE: trailers, gzip;q=0.5', 'Connection: TE'));
  const request = origin.requests[0]!;
  assert.ok(['trailers', undefined].includes(request.field('te')?.toLowerCase()));
  if (request.field('te')) assert.match(request.field('connection')!, /\bTE\b/i);
});

test('trailers of a request reach the backend apart from the head, or not at all (22)', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url] });
  const answer = await exchange(
    t,
    gateway.address,
    'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 1\r\nHost: evil\r\n\r\n',
  );
  assert.equal(answer.status, 200);
  const request = origin.requests[0]!;
  assert.deepEqual(request.all('x-sum'), []);
  assert.deepEqual(request.all('host'), ['a']);
  const others = request.trailers.filter(([name]) => name !== 'X-Sum');
  assert.deepEqual(others, []);
});
