import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownAnswer } from '../../../src/client/own-answer.ts';
import { GatewayError } from '../../../src/errors.ts';

const SECRET = new GatewayError('connection_refused', 'cannot connect to 10.0.0.1:9000: ECONNREFUSED');

const asker = (fields: string) => ({ id: 'id1', fields, pages: null });

test('it names the error by RFC 9209 and the exchange by its id, and nothing behind the gateway', () => {
  const { fields, body } = ownAnswer(SECRET, asker(''));
  assert.match(fields, /^Proxy-Status: sluice; error=connection_refused\r$/m);
  assert.match(fields, /^X-Request-Id: id1\r$/m);
  assert.match(fields, /^Cache-Control: no-store\r$/m);
  assert.equal(String(body), '502 Bad Gateway\n');
  assert.ok(!fields.includes('10.0.0.1'));
});

for (const [accept, json] of [
  ['', false],
  ['Accept: */*\r\n', false],
  ['Accept: application/json\r\n', true],
  ['Accept: application/problem+json, text/html\r\n', true],
  ['Accept: text/html, application/json\r\n', false],
  ['accept: APPLICATION/JSON\r\n', true],
] as const) {
  test(`${JSON.stringify(accept)} gets ${json ? 'JSON' : 'text'}`, () => {
    const { fields, body } = ownAnswer(SECRET, asker(accept));
    assert.equal(fields.includes('Content-Type: application/json'), json);
    if (json) {
      assert.deepEqual(JSON.parse(String(body)), {
        status: 502,
        title: 'Bad Gateway',
        error: 'connection_refused',
        id: 'id1',
      });
    }
  });
}

test('only who may come again is told when', () => {
  const full = new GatewayError('connection_limit_reached', 'full');
  assert.match(ownAnswer(full, asker('')).fields, /^Retry-After: \d+\r$/m);
  assert.ok(!ownAnswer(SECRET, asker('')).fields.includes('Retry-After'));
});

test('who knows how long it will take says so', () => {
  const open = new GatewayError('circuit_open', 'not asked');
  open.retryAfter = 7;
  assert.match(ownAnswer(open, asker('')).fields, /^Retry-After: 7\r$/m);
});
