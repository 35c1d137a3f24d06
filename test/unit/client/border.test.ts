import assert from 'node:assert/strict';
import { test } from 'node:test';
import { admit } from '../../../src/client/border.ts';
import { Doubts } from '../../../src/client/doubts.ts';
import type { Peer } from '../../../src/client/peer.ts';
import { Networks } from '../../../src/config/cidr.ts';
import { type Answer, Exchange } from '../../../src/exchange.ts';
import { RequestHeadParser } from '../../../src/http1/request-head.ts';
import type { BodySource } from '../../../src/replay.ts';
import { MemoryLog } from '../../support/memory-log.ts';

const ENDS = { remoteAddress: '', remotePort: 0, localAddress: '', localPort: 0 };
const STRANGER: Peer = { ...ENDS, address: '192.0.2.1', trusted: false, scheme: 'http', tls: null };
const PROXY: Peer = { ...ENDS, address: '10.0.0.1', trusted: true, scheme: 'http', tls: null };
const DOUBTS = new Doubts(new MemoryLog());
const POLICY = {
  pseudonym: 'gate',
  trusted: new Networks(['10.0.0.0/8']),
  pages: null,
  notation: 'x',
  doubts: DOUBTS,
} as const;

function admitted(lines: readonly string[], peer = STRANGER, start = 'GET / HTTP/1.1'): Exchange {
  const bytes = Buffer.from([start, 'Host: a', ...lines, '', ''].join('\r\n'), 'latin1');
  const parser = new RequestHeadParser({ headBytes: 32_768, fieldCount: 128, targetBytes: 8192 });
  assert.equal(parser.parse(bytes, 0, bytes.length), bytes.length);
  const exchange = new Exchange({} as Answer, {} as BodySource);
  admit(parser, exchange, peer, POLICY);
  return exchange;
}

function introduced(exchange: Exchange, forwardedFor: string, proto = 'http', host = 'a'): string {
  return (
    `X-Forwarded-For: ${forwardedFor}\r\nX-Forwarded-Proto: ${proto}\r\nX-Forwarded-Host: ${host}\r\n` +
    `Via: 1.1 gate\r\nX-Request-Id: ${exchange.id}\r\n`
  );
}

test('end-to-end fields pass in order, case and repetition; the gateway introduces itself behind them', () => {
  const exchange = admitted(['B: 1', 'a:2', 'B: 3\t', 'Cookie: \xe9']);
  assert.equal(
    exchange.fields,
    `B: 1\r\na: 2\r\nB: 3\r\nCookie: \xe9\r\n${introduced(exchange, '192.0.2.1')}`,
  );
});

test('what is meant for this hop stays here, by name and by what Connection names', () => {
  const exchange = admitted([
    'Connection: close, X-Hop',
    'connection: x-forwarded-for',
    'X-Hop: 1',
    'Keep-Alive: timeout=5',
    'Proxy-Connection: keep-alive',
    'TE: gzip, trailers',
    'Trailer: X-Sum',
    'Upgrade: websocket',
    'Kept: 1',
  ]);
  assert.equal(exchange.fields, `Kept: 1\r\n${introduced(exchange, '192.0.2.1')}`);
  assert.ok(exchange.wantsTrailers);
  assert.equal(exchange.upgrade, undefined);
});

test('a stranger’s word about its own origin is dropped', () => {
  const exchange = admitted([
    'X-Forwarded-For: 10.9.9.9',
    'X-Forwarded-Proto: https',
    'X-Forwarded-Host: evil',
    'Forwarded: for=10.9.9.9',
    'X-Forwarded-Port: 443',
    'X-Real-IP: 10.9.9.9',
    'X-Request-Id: mine',
  ]);
  assert.equal(exchange.fields, introduced(exchange, '192.0.2.1'));
  assert.equal(exchange.client, '192.0.2.1');
  assert.notEqual(exchange.id, 'mine');
});

test('a trusted proxy’s word is kept, and its own address added', () => {
  const exchange = admitted(
    [
      'X-Forwarded-For: 198.51.100.1',
      'X-Forwarded-For: 192.0.2.9',
      'X-Forwarded-Proto: https',
      'X-Forwarded-Host: shop.example',
      'X-Real-IP: 192.0.2.9',
      'X-Request-Id: mine',
    ],
    PROXY,
  );
  const words = introduced(exchange, '198.51.100.1, 192.0.2.9, 10.0.0.1', 'https', 'shop.example');
  assert.equal(exchange.fields, `X-Real-IP: 192.0.2.9\r\n${words}`);
  assert.equal(exchange.client, '192.0.2.9');
  assert.equal(exchange.id, 'mine');
});

test('an id that could do harm in a log is not kept even from a trusted proxy', () => {
  assert.notEqual(admitted(['X-Request-Id: a b'], PROXY).id, 'a b');
});

for (const [what, lines, hasBody, length] of [
  ['no length', [], false, 0],
  ['a length of 0', ['Content-Length: 0'], true, 0],
  ['a length', ['Content-Length: 5'], true, 5],
  ['chunks', ['Transfer-Encoding: chunked'], true, undefined],
] as const) {
  test(`a request with ${what} has ${hasBody ? 'a' : 'no'} body`, () => {
    const exchange = admitted(lines);
    assert.deepEqual([exchange.hasBody, exchange.bodyLength], [hasBody, length]);
    assert.ok(!/content-length|transfer-encoding/i.test(exchange.fields));
  });
}

test('an upgrade is asked for by both fields, without a body, and not to HTTP/2', () => {
  const both = ['Connection: keep-alive, Upgrade', 'Upgrade: websocket'];
  assert.equal(admitted(both).upgrade, 'websocket');
  assert.equal(admitted([...both, 'Content-Length: 0']).upgrade, undefined);
  assert.equal(admitted(['Connection: Upgrade', 'Upgrade: websocket, h2c']).upgrade, undefined);
  assert.equal(admitted(both, STRANGER, 'GET / HTTP/1.0').upgrade, undefined);
});

test('100-continue is the only expectation that can be met, and none of HTTP/1.0', () => {
  assert.ok(admitted(['Expect: 100-Continue']).expectsContinue);
  assert.ok(!admitted(['Expect: 100-continue'], STRANGER, 'GET / HTTP/1.0').expectsContinue);
  assert.throws(() => admitted(['Expect: 200-maybe']), { kind: 'expectation_failed' });
});

test('a request that says it was here before is a loop', () => {
  assert.throws(() => admitted(['Via: 1.1 other, 1.1 gate']), { kind: 'proxy_loop_detected' });
  assert.match(admitted(['Via: 1.1 other']).fields, /^Via: 1\.1 other\r\n/);
});

test('the host of an absolute-form target wins over the Host field', () => {
  const exchange = admitted([], STRANGER, 'GET http://b.example/x HTTP/1.1');
  assert.deepEqual([exchange.host, exchange.target], ['b.example', '/x']);
});

test('CONNECT is not implemented', () => {
  assert.throws(() => admitted([], STRANGER, 'CONNECT a:80 HTTP/1.1'), { kind: 'not_implemented' });
});

test('names that an application may take for a field of the gateway are dropped, whoever sends them', () => {
  const lookalikes = [
    'X_Forwarded_For: 6.6.6.6',
    'x-forwarded_PROTO: https',
    'X_Real-IP: 6.6.6.6',
    'X_Request_Id: 7',
  ];
  for (const peer of [STRANGER, PROXY]) {
    const exchange = admitted([...lookalikes, 'X_Other: 1'], peer);
    assert.equal(exchange.fields, `X_Other: 1\r\n${introduced(exchange, peer.address)}`);
  }
});

test('a proxy on a unix socket adds no address, since it has none', () => {
  const proxy: Peer = { ...ENDS, address: 'unix', trusted: true, scheme: 'http', tls: null };
  const exchange = admitted(['X-Forwarded-For: 6.6.6.6'], proxy);
  assert.equal(exchange.client, '6.6.6.6');
  assert.equal(exchange.fields, introduced(exchange, '6.6.6.6'));
  assert.ok(!admitted([], proxy).fields.includes('X-Forwarded-For'));
});

const TLS: Peer['tls'] = {
  version: 'TLSv1.3',
  cipher: 'TLS_AES_128_GCM_SHA256',
  serverName: '',
  asksForCertificate: true,
  certificate: {
    subject: 'CN=proxy',
    issuer: 'CN=ca',
    serial: '01',
    fingerprint: 'AB',
    verified: true,
    reason: '',
    der: 'AAAA',
  },
};

/** What a request says of a client's certificate, by field. */
function certificateOf({ fields }: Exchange): string[] {
  return fields.split('\r\n').filter(line => /^(x-client-|client-cert)/i.test(line));
}

test('the certificate of a trusted proxy is not passed off as that of the client for whom it speaks', () => {
  const proxy: Peer = { ...PROXY, scheme: 'https', tls: TLS };
  assert.deepEqual(certificateOf(admitted(['X-Forwarded-For: 192.0.2.9'], proxy)), []);
  const said = ['X-Client-Verify: SUCCESS', 'X-Client-Subject: CN=alice', 'Client-Cert: :BBBB:'];
  assert.deepEqual(certificateOf(admitted(['X-Forwarded-For: 192.0.2.9', ...said], proxy)), said);
  assert.deepEqual(certificateOf(admitted(said, PROXY)), said);
});

test('a trusted peer that speaks for nobody else is told of by its own certificate', () => {
  const lines = certificateOf(admitted([], { ...PROXY, scheme: 'https', tls: TLS }));
  assert.deepEqual(lines.slice(0, 2), ['X-Client-Verify: SUCCESS', 'X-Client-Subject: CN=proxy']);
  assert.equal(lines.at(-1), 'Client-Cert: :AAAA:');
});

test('what a stranger says of certificates is thrown away, whatever its own says', () => {
  const forged = ['X-Client-Verify: SUCCESS', 'X-Client-Subject: CN=root', 'Client-Cert-Chain: :BBBB:'];
  assert.deepEqual(certificateOf(admitted(forged)), []);
  const bare: Peer['tls'] = { ...TLS, certificate: null };
  assert.deepEqual(certificateOf(admitted(forged, { ...STRANGER, scheme: 'https', tls: bare })), [
    'X-Client-Verify: NONE',
  ]);
});
