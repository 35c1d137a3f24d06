import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatewayError } from '../../../src/errors.ts';
import { parseTemplate, TemplateError } from '../../../src/rewrite/template.ts';
import { type ExchangeSetting, exchangeOf } from './exchanges.ts';

test('a template says what the request says', () => {
  const exchange = exchangeOf({
    target: '/a%20b/c?x=1&y=%2f',
    host: 'Example.com:8443',
    secure: true,
    fields: 'X-Tenant: blue\r\nCookie: a=1; sid=s%20d\r\n',
    captures: ['whole', 'one', 'two'],
    routeName: 'shop',
  });
  const cases: [string, string][] = [
    ['plain', 'plain'],
    ['{client}', '192.0.2.7'],
    ['{host} {hostname} {port}', 'Example.com:8443 example.com 8443'],
    ['{method} {scheme}', 'GET https'],
    ['{path}', '/a%20b/c'],
    ['{query}', 'x=1&y=%2f'],
    ['{target}', '/a%20b/c?x=1&y=%2f'],
    ['{query:y}', '%2f'],
    ['{query:none}', ''],
    ['{header:x-tenant}/{header:X-TENANT}', 'blue/blue'],
    ['{header:Host}', 'Example.com:8443'],
    ['{header:X-None}', ''],
    ['{cookie:sid}', 's%20d'],
    ['{route} {id}', 'shop 0123456789abcdef'],
    ['$1-$2', 'one-two'],
    ['$3', ''],
    ['$$1 $ $$0 $x', '$1 $ $0 $x'],
    ['{{client} {"a": 1} {} { x } {X}', '{client} {"a": 1} {} { x } {X}'],
    ['tls={tls.version}{tls.subject}', 'tls='],
  ];
  for (const [source, expected] of cases)
    assert.equal(parseTemplate(source).expand(exchange), expected, source);
});

test('of TLS a template says what was agreed, and what the certificate of the client says', () => {
  const certificate = {
    subject: 'CN=alice',
    issuer: 'CN=ca',
    serial: '0a',
    fingerprint: 'ff',
    verified: true,
    reason: '',
    der: '',
  };
  const tls = {
    version: 'TLSv1.3',
    cipher: 'TLS_AES',
    serverName: 'x.example',
    asksForCertificate: true,
    certificate,
  };
  const source =
    '{tls.version} {tls.cipher} {tls.server-name} {tls.subject} {tls.issuer} {tls.serial} {tls.fingerprint} {tls.verified}';
  assert.equal(
    parseTemplate(source).expand(exchangeOf({ tls })),
    'TLSv1.3 TLS_AES x.example CN=alice CN=ca 0a ff yes',
  );
  const unverified = { ...tls, certificate: { ...certificate, verified: false } };
  assert.equal(parseTemplate('{tls.verified}').expand(exchangeOf({ tls: unverified })), 'no');
  assert.equal(
    parseTemplate('{tls.verified}').expand(exchangeOf({ tls: { ...tls, certificate: null } })),
    '',
  );
});

test('a text that is no template is refused in words that say what to write', () => {
  const cases: [string, number | undefined, RegExp][] = [
    ['{hosst}', undefined, /\{hosst\} is no variable; there are client, .*header:NAME.*; write \{\{hosst\}/],
    ['{header:}', undefined, /is no variable/],
    ['$1', 0, /\$1: nothing is captured here; .* write \$\$1/],
    ['$3', 2, /only 2 captured/],
    ['a\nb', undefined, /line end/],
    ['a\rb', undefined, /line end/],
    ['a\0b', undefined, /NUL/],
  ];
  for (const [source, groups, message] of cases) {
    assert.throws(
      () => parseTemplate(source, groups),
      (error: Error) => {
        assert.ok(error instanceof TemplateError);
        assert.match(error.message, message);
        return true;
      },
      JSON.stringify(source),
    );
  }
});

test('a line end or NUL that traffic brings is the mistake of who sent it, and goes nowhere (14)', () => {
  for (const bad of ['x\r\nEvil: 1', 'x\n', 'x\r', '\0'])
    for (const [source, setting] of [
      ['$1', { captures: ['', bad] }],
      ['{tls.subject}', { tls: tlsOf(bad) }],
    ] satisfies [string, ExchangeSetting][]) {
      const template = parseTemplate(source);
      const exchange = exchangeOf(setting);
      for (const expand of [
        () => template.expand(exchange),
        () => template.expandUrl(exchange),
        () => template.expandDecoded(exchange),
      ])
        assert.throws(
          expand,
          (error: GatewayError) => error.kind === 'http_request_error',
          JSON.stringify(bad),
        );
    }
});

test('a body may have lines, and its values still may not', () => {
  assert.equal(parseTemplate('a\r\n{client}\n', 0, true).expand(exchangeOf({})), 'a\r\n192.0.2.7\n');
  assert.throws(() => parseTemplate('a\0', 0, true), TemplateError);
  const template = parseTemplate('a\n$1', 9, true);
  assert.throws(() => template.expand(exchangeOf({ captures: ['', 'b\n'] })), GatewayError);
});

test('in a URL a value ends no part of it, and what is URL text already stays as it is', () => {
  const exchange = exchangeOf({
    target: '/a%20b?q=%26',
    fields: 'X-T: ../a?b#c&d\r\n',
    captures: ['', 'a b/c?d%e&f=g', '\xe4'],
    host: '[::1]:8080',
  });
  const cases: [string, string][] = [
    ['/x/$1', '/x/a%20b/c%3Fd%25e&f=g'],
    ['/x?y=$1', '/x?y=a%20b/c%3Fd%25e%26f%3Dg'],
    ['/$2', '/%E4'],
    ['https://{host}{path}', 'https://[::1]:8080/a%20b'],
    ['https://{host}{target}', 'https://[::1]:8080/a%20b?q=%26'],
    ['/{header:X-T}/x', '/..%2Fa%3Fb%23c%26d/x'],
    ['/ä{query:q}', '/%C3%A4%26'],
  ];
  for (const [source, expected] of cases)
    assert.equal(parseTemplate(source).expandUrl(exchange), expected, source);
  assert.equal(parseTemplate('/x$1').expandUrl(exchange, ['', '/a%20b']), '/x/a%20b');
});

test('for an application the text of a URL is decoded, once', () => {
  const exchange = exchangeOf({ target: '/a%20b/%2541', captures: ['', 'c%20d'] });
  assert.equal(parseTemplate('/x{path}').expandDecoded(exchange), '/x/a b/%41');
  assert.equal(parseTemplate('/$1').expandDecoded(exchange), '/c%20d');
  assert.throws(() => parseTemplate('{path}').expandDecoded(exchangeOf({ target: '/%0a' })), GatewayError);
});

test('a template without values is known to be the same for all', () => {
  assert.equal(parseTemplate('a{{b}$$').constant, 'a{b}$');
  assert.equal(parseTemplate('a{host}').constant, undefined);
  assert.equal(parseTemplate('ä').constant, '\xc3\xa4');
  assert.equal(parseTemplate('$1').captures, true);
  assert.equal(parseTemplate('/x{host}').beginning, '/x');
});

function tlsOf(subject: string) {
  const certificate = {
    subject,
    issuer: '',
    serial: '',
    fingerprint: '',
    verified: true,
    reason: '',
    der: '',
  };
  return { version: '', cipher: '', serverName: '', asksForCertificate: true, certificate };
}
