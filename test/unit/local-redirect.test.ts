import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GatewayError } from '../../src/errors.ts';
import { type Answer, Exchange } from '../../src/exchange.ts';
import { redirectLocally } from '../../src/local-redirect.ts';
import type { BodySource } from '../../src/replay.ts';

function posted(): Exchange {
  const exchange = new Exchange({} as Answer, {} as BodySource);
  exchange.method = 'POST';
  exchange.target = '/from';
  exchange.fields = 'Content-Type: a/b\r\nX-Content-Type: kept\r\ncontent-md5: x\r\nAccept: */*\r\n';
  exchange.bodyLength = 3;
  exchange.hasBody = true;
  exchange.upgrade = 'websocket';
  exchange.script = { root: '/r', name: '/from', pathInfo: '' };
  return exchange;
}

test('all that spoke of the body, the script and the upgrade of the first request is gone (59)', () => {
  const exchange = posted();
  redirectLocally(exchange, '/to?x=%20');
  const { method, target, fields, bodyLength, hasBody, upgrade, script } = exchange;
  assert.deepEqual([method, target], ['GET', '/to?x=%20']);
  assert.equal(fields, 'X-Content-Type: kept\r\nAccept: */*\r\n');
  assert.deepEqual([bodyLength, hasBody, upgrade, script], [0, false, undefined, null]);
});

test('after any number of redirects the log speaks of the first request (59, 86)', () => {
  const exchange = posted();
  redirectLocally(exchange, '/to');
  redirectLocally(exchange, '/on');
  exchange.recallRequest();
  assert.deepEqual([exchange.method, exchange.target], ['POST', '/from']);
});

for (const target of ['', 'to', 'http://a/', '*', '/a b', '/a\r\nX: y', '/a\0', '/a#b', '/\x7f', '/\u0100']) {
  test(`no redirect leads to ${JSON.stringify(target)} (14, 59)`, () => {
    const exchange = posted();
    assert.throws(
      () => redirectLocally(exchange, target),
      (error: GatewayError) => error.kind === 'http_protocol_error',
    );
    assert.equal(exchange.target, '/from');
  });
}
