import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Config } from '../../src/config/config.ts';
import { okBackend } from '../support/backend.ts';
import { exchange, get } from '../support/client.ts';
import { startGateway } from '../support/gateway.ts';

const TRUST = ['127.0.0.0/8', '10.0.0.0/8'];
const FIELDS = /^(?:forwarded|x-forwarded-.*|x-real-ip)$/i;

interface Sent {
  readonly forwarded: Config['forwarded'];
  readonly trustProxy?: readonly string[];
  readonly lines?: readonly string[];
}

/** The fields of the kind that the backend got, and what the gateway logged. */
async function told(t: TestContext, { forwarded, trustProxy = [], lines = [] }: Sent) {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url], forwarded, trustProxy });
  await exchange(t, gateway.address, get('/', ...lines));
  const [record] = await gateway.ended(1);
  const request = origin.requests[0]!;
  const fields = request.fields
    .filter(([name]) => FIELDS.test(name))
    .map(([name, value]) => `${name}: ${value}`);
  return { fields, request, record: record!, messages: gateway.messages };
}

const FORGED = [
  'X-Forwarded-For: 6.6.6.6',
  'X-Forwarded-Proto: https',
  'X-Forwarded-Host: evil.example',
  'X-Forwarded-Port: 443',
  'X-Forwarded-Ssl: on',
  'X-Forwarded-Prefix: /evil',
  'X_Forwarded_Port: 443',
  'X-Real-IP: 6.6.6.6',
  'Forwarded: for=6.6.6.6;proto=https;host=evil.example',
];

const OWN_LISTS = ['X-Forwarded-For: 127.0.0.1', 'X-Forwarded-Proto: http', 'X-Forwarded-Host: example.com'];
const OWN_ELEMENT = 'Forwarded: for=127.0.0.1;proto=http;host=example.com';

for (const [forwarded, expected] of [
  ['x', OWN_LISTS],
  ['standard', [OWN_ELEMENT]],
  ['both', [...OWN_LISTS, OWN_ELEMENT]],
  ['none', []],
] as const) {
  test(`backends are told of a stranger in the notation ${forwarded}, and nothing of what it said (10)`, async t => {
    const { fields, request, record } = await told(t, { forwarded, lines: FORGED });
    assert.deepEqual(fields, expected);
    assert.deepEqual(request.all('x_forwarded_port'), []);
    assert.equal(record.client, '127.0.0.1');
    assert.equal(request.all('via').length, 1);
    assert.deepEqual(request.all('x-request-id'), [record.id]);
  });
}

const LISTS = [
  'X-Forwarded-For: 6.6.6.6, 192.0.2.1, 10.0.0.2',
  'X-Forwarded-Proto: https',
  'X-Forwarded-Host: shop.example:8443',
  'X-Forwarded-Port: 8443',
  'X-Forwarded-Prefix: /shop',
];
const PASSED_LISTS = [
  'X-Forwarded-Prefix: /shop',
  'X-Forwarded-For: 6.6.6.6, 192.0.2.1, 10.0.0.2, 127.0.0.1',
  'X-Forwarded-Proto: https',
  'X-Forwarded-Host: shop.example:8443',
  'X-Forwarded-Port: 8443',
];
const LISTS_AS_ELEMENTS =
  'Forwarded: for=6.6.6.6, for=192.0.2.1;proto=https;host="shop.example:8443", for=10.0.0.2, for=127.0.0.1;proto=http;host=example.com';

for (const [forwarded, expected] of [
  ['x', PASSED_LISTS],
  ['standard', [LISTS_AS_ELEMENTS]],
  ['both', [...PASSED_LISTS, LISTS_AS_ELEMENTS]],
  ['none', []],
] as const) {
  test(`what a trusted proxy says by X-Forwarded-* is passed on in the notation ${forwarded} (10)`, async t => {
    const { fields, record } = await told(t, { forwarded, trustProxy: TRUST, lines: LISTS });
    assert.deepEqual(fields, expected);
    assert.equal(record.client, '192.0.2.1');
  });
}

const ELEMENTS =
  'for=_hidden, for="[2001:DB8::7]:99";proto=https;host="shop.example:8443", for=10.0.0.2;by=_b';
const ELEMENTS_AS_LISTS = [
  'X-Forwarded-For: unknown, 2001:db8::7, 10.0.0.2, 127.0.0.1',
  'X-Forwarded-Proto: https',
  'X-Forwarded-Host: shop.example:8443',
];
const PASSED_ELEMENTS = `Forwarded: ${ELEMENTS}, for=127.0.0.1;proto=http;host=example.com`;

for (const [forwarded, expected] of [
  ['x', ELEMENTS_AS_LISTS],
  ['standard', [PASSED_ELEMENTS]],
  ['both', [...ELEMENTS_AS_LISTS, PASSED_ELEMENTS]],
  ['none', []],
] as const) {
  test(`what a trusted proxy says by Forwarded is passed on in the notation ${forwarded} (10)`, async t => {
    const lines = [`Forwarded: ${ELEMENTS}`];
    const { fields, record } = await told(t, { forwarded, trustProxy: TRUST, lines });
    assert.deepEqual(fields, expected);
    assert.equal(record.client, '2001:db8::7');
  });
}

test('what is not believed of two contradicting notations is not passed on either (10)', async t => {
  const lines = ['X-Forwarded-For: 192.0.2.1', 'Forwarded: for=10.6.6.6;proto=https'];
  const { fields, record, messages } = await told(t, { forwarded: 'both', trustProxy: TRUST, lines });
  assert.equal(record.client, '192.0.2.1');
  assert.ok(!fields.join().includes('10.6.6.6'), fields.join());
  assert.equal(messages.filter(({ message }) => message.includes('contradict')).length, 1);
});

test('of an account that is believed against another one only the addresses are passed on (10)', async t => {
  const lines = [
    'X-Forwarded-For: 192.0.2.1, 10.0.0.2',
    'X-Forwarded-Proto: http',
    'Forwarded: for=198.51.100.1;proto=https;host=evil.example',
  ];
  const { fields, record } = await told(t, { forwarded: 'both', trustProxy: TRUST, lines });
  assert.equal(record.client, '198.51.100.1');
  assert.deepEqual(fields, [
    'X-Forwarded-For: 198.51.100.1, 127.0.0.1',
    'X-Forwarded-Proto: http',
    'X-Forwarded-Host: example.com',
    'Forwarded: for=198.51.100.1;proto=http, for=127.0.0.1;proto=http;host=example.com',
  ]);
});

test('a Forwarded field that cannot be read is passed on in no notation, and hides a client behind no proxy (10)', async t => {
  const lines = ['Forwarded: for=192.0.2.1;proto=https;for=192.0.2.2'];
  const { fields, record, messages } = await told(t, { forwarded: 'both', trustProxy: TRUST, lines });
  assert.deepEqual(fields, [
    'X-Forwarded-For: unknown, 127.0.0.1',
    'X-Forwarded-Proto: http',
    'X-Forwarded-Host: example.com',
    'Forwarded: for=unknown, for=127.0.0.1;proto=http;host=example.com',
  ]);
  assert.equal(record.client, 'unknown');
  assert.equal(messages.filter(({ message }) => message.includes('cannot be read')).length, 1);
});

test('a client that breaks its Forwarded field changes nothing of what the proxy says in a field of its own (10)', async t => {
  const lines = ['Forwarded: for="10.0.0.1', 'Forwarded: for="[2001:db8::1]";proto=https'];
  const { fields, record } = await told(t, { forwarded: 'standard', trustProxy: TRUST, lines });
  assert.equal(record.client, '2001:db8::1');
  const expected = 'for=unknown, for="[2001:db8::1]";proto=https, for=127.0.0.1;proto=http;host=example.com';
  assert.deepEqual(fields, [`Forwarded: ${expected}`]);
});

test('a chain of thousands is passed on in another notation with its nearest hops only', async t => {
  const chain = Array.from({ length: 3000 }, (_, i) => `10.1.${i >> 8}.${i & 255}`);
  const lines = [`X-Forwarded-For: ${chain.join(',')}`];
  const { fields } = await told(t, { forwarded: 'standard', trustProxy: ['127.0.0.1'], lines });
  assert.equal(fields.length, 1);
  assert.equal(fields[0]!.split(', ').length, 65);
  assert.match(fields[0]!, /, for=10\.1\.11\.183, for=127\.0\.0\.1;/);
});

test('a Host that a token cannot hold is quoted in Forwarded', async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url], forwarded: 'standard' });
  await exchange(t, gateway.address, 'GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n');
  assert.equal(origin.requests[0]!.field('forwarded'), 'for=127.0.0.1;proto=http;host="[::1]:80"');
});

test('routes and the backend go by Host, whatever a trusted proxy says of the host in other fields', async t => {
  const lines = ['X-Forwarded-Host: admin.example', 'Forwarded: for=192.0.2.1;host=admin.example'];
  const { request, record } = await told(t, { forwarded: 'x', trustProxy: TRUST, lines });
  assert.equal(request.field('host'), 'example.com');
  assert.equal(record.host, 'example.com');
});
