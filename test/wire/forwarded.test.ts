import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { okBackend } from '../support/backend.ts';
import { exchange, get } from '../support/client.ts';
import { startGateway } from '../support/gateway.ts';

const CLAIMS = [
  'X-Forwarded-For: 6.6.6.6',
  'X-Forwarded-Proto: https',
  'X-Forwarded-Host: shop.example',
  'X-Request-Id: from-the-client',
  'Forwarded: for=6.6.6.6',
  'X-Real-IP: 6.6.6.6',
];

async function seen(t: TestContext, trustProxy: readonly string[], ...lines: string[]) {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url], trustProxy });
  const answer = await exchange(t, gateway.address, get('/', ...lines));
  const [record] = await gateway.ended(1);
  return { request: origin.requests[0]!, record: record!, answer };
}

test('what a stranger says of itself is overwritten, not merged (10)', async t => {
  const { request, record } = await seen(t, [], ...CLAIMS);
  assert.deepEqual(request.all('x-forwarded-for'), ['127.0.0.1']);
  assert.deepEqual(request.all('x-forwarded-proto'), ['http']);
  assert.deepEqual(request.all('x-forwarded-host'), ['example.com']);
  assert.deepEqual(request.all('forwarded'), []);
  assert.deepEqual(request.all('x-real-ip'), []);
  assert.notEqual(request.field('x-request-id'), 'from-the-client');
  assert.equal(record.client, '127.0.0.1');
});

const MADE_UP = [
  'X-Forwarded-Client-Cert: By=spiffe://a',
  'X-Forwarded-User: root',
  'x-forwarded-EMAIL: root@example.com',
  'X-Forwarded-: 1',
  `X-Forwarded-${'Foo-'.repeat(10)}: 1`,
];
const LOOKALIKES = ['X_Forwarded_User: root', 'X-Forwarded_User: root', 'X-Forwarded-Client_Cert: 1'];

test('whatever begins as X-Forwarded- comes from trusted proxies alone, also with _ in place of - (10)', async t => {
  const names = (fields: readonly string[]) => fields.map(line => line.slice(0, line.indexOf(':')));
  const strange = await seen(t, [], ...MADE_UP, ...LOOKALIKES);
  for (const name of names([...MADE_UP, ...LOOKALIKES]))
    assert.deepEqual(strange.request.all(name.toLowerCase()), [], name);
  const trusted = await seen(t, ['127.0.0.0/8'], ...MADE_UP, ...LOOKALIKES);
  for (const name of names(MADE_UP)) assert.equal(trusted.request.all(name.toLowerCase()).length, 1, name);
  for (const name of names(LOOKALIKES)) assert.deepEqual(trusted.request.all(name.toLowerCase()), [], name);
});

test('a stranger who repeats X-Forwarded-For is overwritten too (10)', async t => {
  const { request } = await seen(t, ['10.0.0.0/8'], CLAIMS[0]!, 'x-forwarded-FOR: 7.7.7.7');
  assert.deepEqual(request.all('x-forwarded-for'), ['127.0.0.1']);
});

test('a trusted proxy is believed, and its address is added to X-Forwarded-For (10)', async t => {
  const { request, record } = await seen(t, ['127.0.0.0/8'], ...CLAIMS);
  assert.deepEqual(request.all('x-forwarded-for'), ['6.6.6.6, 127.0.0.1']);
  assert.deepEqual(request.all('x-forwarded-proto'), ['https']);
  assert.deepEqual(request.all('x-forwarded-host'), ['shop.example']);
  assert.deepEqual(request.all('x-request-id'), ['from-the-client']);
  assert.equal(record.client, '6.6.6.6');
});

test('several X-Forwarded-For fields of a trusted proxy become one list (10)', async t => {
  const { request } = await seen(t, ['127.0.0.1/32'], 'X-Forwarded-For: 6.6.6.6', 'X-Forwarded-For: 7.7.7.7');
  assert.deepEqual(request.all('x-forwarded-for'), ['6.6.6.6, 7.7.7.7, 127.0.0.1']);
});

test('the client of the log is the last address that no trusted proxy has (10)', async t => {
  const { record } = await seen(
    t,
    ['127.0.0.0/8', '10.0.0.0/8'],
    'X-Forwarded-For: 6.6.6.6, 7.7.7.7, 10.1.1.1',
  );
  assert.equal(record.client, '7.7.7.7');
});

test('every request has an id of its own, which the log knows', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url] });
  await exchange(t, gateway.address, get());
  await exchange(t, gateway.address, get());
  const records = await gateway.ended(2);
  const ids = origin.requests.map(request => request.field('x-request-id'));
  assert.deepEqual(
    records.map(record => record.id),
    ids,
  );
  assert.notEqual(ids[0], ids[1]);
});

test('an IPv4 client of an IPv6 listener keeps its notation, an IPv6 client has its own', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, {
    listen: [{ kind: 'tcp', host: '::', port: 0, text: '[::]:0' }],
    backends: [origin.url],
  });
  const { port } = new URL(gateway.address);
  await exchange(t, `http://127.0.0.1:${port}`, get());
  await exchange(t, `http://[::1]:${port}`, get());
  assert.deepEqual(
    origin.requests.map(request => request.field('x-forwarded-for')),
    ['127.0.0.1', '::1'],
  );
});

test('a client that names forwarding fields in Connection gains nothing by a trusted proxy in between (9)', async t => {
  const { request } = await seen(
    t,
    ['127.0.0.1/32'],
    'Connection: X-Forwarded-For',
    'X-Forwarded-For: 6.6.6.6',
  );
  assert.deepEqual(request.all('x-forwarded-for'), ['127.0.0.1']);
});
