import assert from 'node:assert/strict';
import { test } from 'node:test';
import { okBackend } from '../support/backend.ts';
import { exchange, get } from '../support/client.ts';
import { startGateway } from '../support/gateway.ts';
import { socketPath } from '../support/socket-path.ts';

test('Via says that the gateway was passed, after those who were passed before (23)', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url] });
  await exchange(t, gateway.address, get('/', 'Via: 1.0 fred'));
  const via = origin.requests[0]!.all('via').join(', ');
  assert.match(via, /^1\.0 fred, 1\.1 \S+$/);
});

test('a request that has passed this gateway before is refused as a loop (23)', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url] });
  await exchange(t, gateway.address, get());
  const via = origin.requests[0]!.field('via')!;
  const answer = await exchange(t, gateway.address, get('/', `Via: ${via}, 1.1 other`));
  assert.equal(answer.status, 502);
  assert.match(answer.field('proxy-status')!, /error=proxy_loop_detected/);
  assert.equal(origin.requests.length, 1);
});

test('a gateway that is its own backend answers 502 instead of going round (23)', async t => {
  const path = socketPath(t);
  const gateway = await startGateway(t, {
    listen: [{ kind: 'unix', path, text: `unix:${path}` }],
    backends: [`http+unix://${path}`],
  });
  const answer = await exchange(t, `unix:${path}`, get());
  assert.equal(answer.status, 502);
  assert.equal((await gateway.ended(2)).length, 2, 'the request came back once');
});

test('two gateways in a row are no loop (23)', async t => {
  const origin = await okBackend(t);
  const inner = await startGateway(t, { backends: [origin.url] });
  const outer = await startGateway(t, { backends: [inner.address] });
  assert.equal((await exchange(t, outer.address, get())).status, 200);
});

test('the answer of a gateway says that it was passed (23)', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url] });
  const answer = await exchange(t, gateway.address, get());
  const via = answer.all('via');
  // RFC 9110, 7.6.3: a gateway may leave Via out of answers.
  if (via.length > 0) assert.match(via.join(', '), /1\.1 \S+$/);
});
