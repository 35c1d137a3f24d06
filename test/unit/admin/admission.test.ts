import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readTokenFile, Token } from '../../../src/admin/token.ts';
import { ConfigError } from '../../../src/config/config-error.ts';
import { temporaryFolder } from '../../support/socket-path.ts';
import { errorOf, LOOPBACK, orderBytes, startConsole, statusBytes, type TestConsole } from './console.ts';

const TOKEN = '0123456789abcdef-0123456789abcdef';

function tokenFile(t: TestContext, text = `${TOKEN}\n`, mode = 0o600): string {
  const file = join(temporaryFolder(t), 'token');
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
}

function startByTcp(t: TestContext, hosts: readonly string[] = []): Promise<TestConsole> {
  return startConsole(t, { listen: LOOPBACK, tokenFile: tokenFile(t), hosts });
}

const SHOWN = `Authorization: Bearer ${TOKEN}`;

for (const [what, line] of [
  ['none', 'X-Token: none'],
  ['an empty one', 'Authorization: Bearer'],
  ['another one', `Authorization: Bearer ${TOKEN.replace('0', '1')}`],
  ['a part of it', `Authorization: Bearer ${TOKEN.slice(0, -1)}`],
  ['more than it', `Authorization: Bearer ${TOKEN}0`],
  ['it by another scheme', `Authorization: Basic ${TOKEN}`],
] as const) {
  test(`who shows ${what} in place of the token is kept out`, async t => {
    const console = await startByTcp(t);
    for (const request of [statusBytes(line), orderBytes('stop', {}, line)]) {
      const answer = await console.ask(request);
      assert.equal(answer.status, 401);
      assert.equal(answer.field('www-authenticate'), 'Bearer');
      assert.equal(errorOf(answer).kind, 'unauthorized');
    }
    assert.deepEqual(console.control.asked, []);
    const warned = console.log.messages.filter(({ level }) => level === 'warn');
    assert.equal(warned.length, 1, 'the log says so, once in a while');
    assert.ok(!JSON.stringify(warned).includes(TOKEN.slice(1, -1)), 'without what was shown');
  });
}

test('who shows the token is let in', async t => {
  const console = await startByTcp(t);
  assert.equal((await console.ask(statusBytes(SHOWN))).status, 200);
  assert.equal((await console.ask(statusBytes(SHOWN.replace('Bearer', 'bearer')))).status, 200);
});

test('a token that is read again holds from then on, and the old one stays if it cannot be read', async t => {
  const file = tokenFile(t);
  const config = { listen: LOOPBACK, tokenFile: file, given: true, hosts: [] };
  const console = await startConsole(t, config);
  const other = `Authorization: Bearer ${'x'.repeat(20)}`;
  writeFileSync(file, 'short');
  assert.throws(() => console.server.follow(config), ConfigError);
  assert.equal((await console.ask(statusBytes(SHOWN))).status, 200);
  writeFileSync(file, 'x'.repeat(20));
  assert.equal((await console.ask(statusBytes(other))).status, 401);
  console.server.follow(config);
  assert.equal((await console.ask(statusBytes(other))).status, 200);
  assert.equal((await console.ask(statusBytes(SHOWN))).status, 401);
  console.server.follow({ ...config, tokenFile: '' });
  assert.equal((await console.ask(statusBytes())).status, 401);
});

for (const host of [
  '127.0.0.1',
  '127.0.0.1:9000',
  '[::1]:80',
  'localhost:9000',
  'LOCALHOST',
  'gw.example:1',
]) {
  test(`the gateway may be addressed as ${host}`, async t => {
    const console = await startByTcp(t, ['gw.example']);
    assert.equal((await console.ask(statusBytes(`Host: ${host}`, SHOWN))).status, 200);
  });
}

for (const host of ['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example:80', '[evil]', ' ']) {
  test(`a name that is none of the gateway's own is refused, whatever token is shown: ${host}`, async t => {
    const console = await startByTcp(t, ['gw.example']);
    const answer = await console.ask(statusBytes(`Host: ${host}`, SHOWN));
    assert.equal(answer.status, 403);
    assert.equal(errorOf(answer).kind, 'forbidden');
    assert.deepEqual(console.control.asked, []);
  });
}

test('a web page is refused, whatever token it shows, and told nothing about other origins', async t => {
  const console = await startByTcp(t);
  const preflight = statusBytes('Origin: http://127.0.0.1', SHOWN).replace('GET', 'OPTIONS');
  for (const request of [
    statusBytes('Origin: http://127.0.0.1', SHOWN),
    orderBytes('stop', {}, 'Origin: null', SHOWN),
    preflight,
    statusBytes(SHOWN).replace('GET', 'OPTIONS'),
  ]) {
    const answer = await console.ask(request);
    assert.equal(answer.status, 403);
    assert.ok(!answer.fields.some(([name]) => name.toLowerCase().startsWith('access-control-')));
  }
  assert.deepEqual(console.control.asked, []);
});

test('the log says who was kept out and why, and how many more there were', async t => {
  const console = await startByTcp(t);
  const long = `x${'y'.repeat(500)}.example`;
  await console.ask(statusBytes(`Host: ${long}`, 'Origin: http://caf\u00e9.example', SHOWN));
  await console.ask(statusBytes('Host: evil.example', SHOWN));
  await console.ask(statusBytes());
  const warned = () => console.log.messages.filter(({ level }) => level === 'warn');
  assert.equal(warned().length, 1);
  const { kind, host, origin } = warned()[0]!.facts as Record<string, string>;
  assert.deepEqual([kind, host], ['forbidden', long.slice(0, 100)]);
  assert.match(origin!, /^http:\/\/caf\?+\.example$/);
  console.server.stop();
  assert.deepEqual(warned().map(({ message, facts }) => [message, facts?.['times']])[1], [
    'console: more were kept out',
    2,
  ]);
});

for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json-patch+json', '']) {
  test(`a form of a web page is no order: Content-Type "${type}"`, async t => {
    const console = await startConsole(t);
    const answer = await console.ask(orderBytes('stop', {}).replace('application/json', type));
    assert.equal(answer.status, 415);
    assert.deepEqual(console.control.asked, []);
  });
}

test('a token is compared by digests of one length', () => {
  const token = new Token(TOKEN);
  assert.equal(token.matches(`Bearer ${TOKEN}`), true);
  for (const shown of [undefined, '', 'Bearer', 'Bearer x', `Bearer ${TOKEN.repeat(9)}`, TOKEN]) {
    assert.equal(token.matches(shown), false, shown);
  }
});

for (const [what, text] of [
  ['nothing', ''],
  ['too few characters', 'secret\n'],
  ['two lines', `${TOKEN}\n${TOKEN}\n`],
  ['too much', 'x'.repeat(5000)],
] as const) {
  test(`a file of a token with ${what} in it is refused, and the message says how to make one or what is wrong`, t => {
    const file = tokenFile(t, text);
    assert.throws(
      () => readTokenFile(file, '--admin-token-file'),
      /^ConfigError: --admin-token-file: .*token/,
    );
  });
}

test('a file of a token that is not there is named', () => {
  assert.throws(
    () => readTokenFile('/nowhere/token', '--admin-token-file'),
    /--admin-token-file: cannot read "\/nowhere\/token": no such file or directory/,
  );
});

test('a token that others may read is taken with a warning', t => {
  const open = readTokenFile(tokenFile(t, TOKEN, 0o644), '--admin-token-file');
  assert.equal(open.text, TOKEN);
  assert.match(open.warnings.join(), /others than its owner may read .*chmod 600/);
  assert.deepEqual(readTokenFile(tokenFile(t), '--admin-token-file').warnings, []);
});
