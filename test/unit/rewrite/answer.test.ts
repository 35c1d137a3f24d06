import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Exchange } from '../../../src/exchange.ts';
import { type ExchangeSetting, type RewriteSetting, rewritten } from './exchanges.ts';

/** What becomes of the fields of an answer; doing it once more has to change nothing. */
function mapped(setting: RewriteSetting, fields: string, request: ExchangeSetting = {}): string {
  const exchange = rewritten(setting, request);
  const once = edited(exchange, fields);
  assert.equal(edited(exchange, once), once, `twice: ${fields}`);
  return once;
}

function edited(exchange: Exchange, fields: string): string {
  return exchange.editor === null ? fields : exchange.editor.edit(exchange, 200, fields);
}

function holds(
  setting: RewriteSetting,
  request: ExchangeSetting,
  cases: readonly (readonly [string, string])[],
): void {
  for (const [value, expected] of cases)
    for (const name of ['Location', 'content-location'])
      assert.equal(
        mapped(setting, `A: b\r\n${name}: ${value}\r\nC: d\r\n`, request),
        `A: b\r\n${name}: ${expected}\r\nC: d\r\n`,
        value,
      );
}

test('what a prefix was taken off gets it back', () => {
  holds({ prefix: [['/app', '']] }, { target: '/app/x' }, [
    ['/login?next=%2Fx#y', '/app/login?next=%2Fx#y'],
    ['/', '/app/'],
    ['/?x', '/app/?x'],
    ['/apple', '/app/apple'],
    ['/app/login', '/app/login'],
    ['/app', '/app'],
    ['login', 'login'],
    ['../x', '../x'],
    ['?x', '?x'],
    ['#x', '#x'],
    ['', ''],
    ['http://example.com/login', 'http://example.com/app/login'],
    ['https://EXAMPLE.com:443/login', 'https://EXAMPLE.com:443/app/login'],
    ['http://example.com', 'http://example.com/app'],
    ['http://example.com?x', 'http://example.com/app?x'],
    ['http://example.com:81/login', 'http://example.com:81/login'],
    ['//example.com/login', '//example.com/app/login'],
    ['//other.example/login', '//other.example/login'],
    ['https://other.example/login', 'https://other.example/login'],
    ['http://example.com@other.example/login', 'http://example.com@other.example/login'],
    ['http://example.com.other.example/', 'http://example.com.other.example/'],
    ['mailto:x@example.com', 'mailto:x@example.com'],
  ]);
});

test('a prefix that was replaced is put in the place of what replaced it', () => {
  holds({ prefix: [['/app', '/v2']] }, { target: '/app/x' }, [
    ['/v2/y', '/app/y'],
    ['/v2', '/app'],
    ['/v2x', '/v2x'],
    ['/other', '/other'],
  ]);
  holds({ prefix: [['/', '/base']] }, { target: '/x' }, [
    ['/base/y', '/y'],
    ['/base', '/'],
    ['/base?x', '/?x'],
    ['/base//evil.example/', '/evil.example/'],
    ['/base/\\evil.example/', '/evil.example/'],
    ['http://example.com/base//x', 'http://example.com/x'],
    ['/y', '/y'],
  ]);
  holds({ prefix: [['/app', '/app/v2']] }, { target: '/app/x' }, [
    ['/app/v2/y', '/app/y'],
    ['/app/y', '/app/y'],
  ]);
});

test('of several rules the one that was applied is undone', () => {
  const setting: RewriteSetting = {
    prefix: [
      ['/a', '/one'],
      ['/b', '/two'],
    ],
  };
  holds(setting, { target: '/b/x' }, [
    ['/two/y', '/b/y'],
    ['/one/y', '/one/y'],
  ]);
  holds(setting, { target: '/c/x' }, [['/two/y', '/two/y']]);
  holds({ ...setting, path: [['^/c', '/three']] }, { target: '/c/x' }, [['/three/y', '/three/y']]);
});

test('the Host that the backend was sent, and its own address, become what the client sees', () => {
  const request = { secure: true, authority: '10.0.0.5:3000', target: '/x' };
  holds({ host: 'inner:8080' }, request, [
    ['http://inner:8080/y', 'https://example.com/y'],
    ['HTTP://INNER:8080/y', 'https://example.com/y'],
    ['http://inner/y', 'http://inner/y'],
    ['http://10.0.0.5:3000/y?z', 'https://example.com/y?z'],
    ['//inner:8080/y', '//example.com/y'],
    ['http://inner:8080', 'https://example.com'],
    ['https://example.com/y', 'https://example.com/y'],
    ['/y', '/y'],
  ]);
  holds({ host: 'inner' }, { ...request, secure: false, host: 'example.com:8443' }, [
    ['http://inner:80/y', 'http://example.com:8443/y'],
    ['http://inner:81/y', 'http://inner:81/y'],
  ]);
  holds({ host: 'inner' }, { ...request, host: '' }, [['http://inner/y', 'http://inner/y']]);
});

test('behind a trusted proxy it is that host by which the client knows it', () => {
  const request = { host: 'edge.internal', publicHost: 'www.example.com', secure: true };
  holds({ host: 'inner' }, request, [['http://inner/y', 'https://www.example.com/y']]);
  const odd = { ...request, publicHost: 'a/b' };
  holds({ host: 'inner' }, odd, [['http://inner/y', 'https://edge.internal/y']]);
});

test('an URL to https stays one, for the application may mean it', () => {
  holds({ prefix: [['/app', '']] }, { target: '/app/x', secure: false }, [
    ['https://example.com/login', 'https://example.com/app/login'],
  ]);
});

test('pairs are tried before anything else, in their order', () => {
  const setting: RewriteSetting = {
    prefix: [['/app', '']],
    reverse: {
      mode: 'auto',
      pairs: [
        ['http://inner:81/a', 'https://a.example'],
        ['http://inner:81', 'https://b.example/b/'],
        ['/special/', '/elsewhere'],
        ['/out/', '/'],
      ],
    },
  };
  holds(setting, { target: '/app/x' }, [
    ['http://inner:81/a/x', 'https://a.example/x'],
    ['http://inner:81/ax', 'https://b.example/b/ax'],
    ['http://inner:810/a', 'http://inner:810/a'],
    ['/special/x', '/elsewhere/x'],
    ['/other', '/app/other'],
    ['//special/x', '//special/x'],
  ]);
  holds({ ...setting, reverse: { ...setting.reverse!, mode: 'off' } }, { target: '/app/x' }, [
    ['/special/x', '/elsewhere/x'],
    ['/out//evil.example/', '/evil.example/'],
    ['/other', '/other'],
  ]);
});

test('the URL of a Refresh is mapped, in whatever way it is written', () => {
  const cases: [string, string][] = [
    ['5; url=/x', '5; url=/app/x'],
    ['5;URL=/x', '5;URL=/app/x'],
    ["0; url='/x'", "0; url='/app/x'"],
    ['0; url="/x"; y', '0; url="/app/x"; y'],
    ['1.5, /x', '1.5, /app/x'],
    ['0;url=http://example.com/x', '0;url=http://example.com/app/x'],
    ['5', '5'],
    ['/x', '/x'],
    // Bytes that some take for blanks are none; were they tried in every way, these would take half an hour.
    ['\xa0'.repeat(1_000_000), '\xa0'.repeat(1_000_000)],
  ];
  for (const [value, expected] of cases)
    assert.equal(
      mapped({ prefix: [['/app', '']] }, `Refresh: ${value}\r\n`, { target: '/app/' }),
      `Refresh: ${expected}\r\n`,
    );
});

test('Domain and Path of cookies are mapped, and nothing else of them is touched', () => {
  const setting: RewriteSetting = { prefix: [['/app', '']], host: 'inner.example:81' };
  const request = { target: '/app/x', host: 'www.example.com:8443', authority: '10.0.0.5:3000' };
  const cases: [string, string][] = [
    ['a=1; Path=/; HttpOnly', 'a=1; Path=/app; HttpOnly'],
    ['a=1;path=/x;Domain=inner.example', 'a=1;path=/app/x;Domain=www.example.com'],
    ['a="x; PATH="/x"', 'a="x; PATH="/app/x"'],
    ['a=1; domain = .Inner.Example ; Secure', 'a=1; domain = .www.example.com ; Secure'],
    ['a=1; Domain=10.0.0.5', 'a=1; Domain=www.example.com'],
    ['a=1; Domain=other.example; Path=/app/y', 'a=1; Domain=other.example; Path=/app/y'],
    ['a=Path=/x', 'a=Path=/x'],
    ['a=1; Path="  /x"', 'a=1; Path="  /x"'],
    ['a=1; Path=/x " ; Secure', 'a=1; Path=/app/x " ; Secure'],
    ['a=1; Path', 'a=1; Path'],
    ['a=1; Path=', 'a=1; Path='],
    ['a=1; xPath=/x', 'a=1; xPath=/x'],
    ['__Host-a=1; Path=/; Secure', '__Host-a=1; Path=/; Secure'],
    ['a=1', 'a=1'],
    ['', ''],
  ];
  for (const [value, expected] of cases)
    assert.equal(mapped(setting, `Set-Cookie: ${value}\r\n`, request), `Set-Cookie: ${expected}\r\n`);
});

test('pairs for cookies are tried first, and an attribute may go', () => {
  const setting: RewriteSetting = {
    cookieDomains: [
      ['inner', 'example.com'],
      ['.gone', ''],
    ],
    cookiePaths: [
      ['/x/', '/y'],
      ['/', '/z'],
    ],
  };
  const cases: [string, string][] = [
    ['a=1; Domain=.INNER; Path=/x/z', 'a=1; Domain=example.com; Path=/y/z'],
    ['a=1; Domain=gone; Secure', 'a=1; Secure'],
    ['a=1; Domain=sub.inner; Path=x', 'a=1; Domain=sub.inner; Path=x'],
    ['a=1; Path=/', 'a=1; Path=/z/'],
    ['a=1; Path=/z', 'a=1; Path=/z'],
  ];
  for (const [value, expected] of cases)
    assert.equal(mapped(setting, `Set-Cookie: ${value}\r\n`), `Set-Cookie: ${expected}\r\n`);
});

test('every field of a repeated one is mapped, and the others stay where they are', () => {
  const fields = 'Set-Cookie: a=1; Path=/\r\nX-Path: /x\r\nSet-Cookie: b=2; Path=/b\r\nLink: </x>\r\n';
  assert.equal(
    mapped({ prefix: [['/app', '']] }, fields, { target: '/app/' }),
    'Set-Cookie: a=1; Path=/app\r\nX-Path: /x\r\nSet-Cookie: b=2; Path=/app/b\r\nLink: </x>\r\n',
  );
});

test('fields of an answer are removed, then set, then added, and what the route sets is not mapped', () => {
  const setting: RewriteSetting = {
    prefix: [['/app', '']],
    response: {
      remove: ['server', 'X-Powered-By'],
      set: [['X-Frame-Options', 'DENY']],
      add: [['Location', '/{header:X-T}{path}']],
    },
  };
  const exchange = rewritten(setting, { target: '/app/x', fields: 'X-T: t\r\n' });
  assert.equal(
    edited(exchange, 'Server: x\r\nLocation: /y\r\nx-frame-options: ALLOW\r\nX_Powered_By: z\r\n'),
    'Location: /app/y\r\nX_Powered_By: z\r\nX-Frame-Options: DENY\r\nLocation: /t/app/x\r\n',
  );
});

test('a path that an application names by its own lights is asked for as the client would', () => {
  const exchange = rewritten({ prefix: [['/app', '']] }, { target: '/app/x' });
  assert.equal(exchange.editor!.pathFor(exchange, '/y?z'), '/app/y?z');
  const plain = rewritten({ response: { set: [['A', 'b']] } });
  assert.equal(plain.editor!.pathFor(plain, '/y'), '/y');
});
