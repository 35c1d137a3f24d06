import assert from 'node:assert/strict';
import { utimesSync, writeFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import type { SiteConfig } from '../../src/config/config.ts';
import { okBackend } from '../support/backend.ts';
import { connect, exchange, get, post } from '../support/client.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { scgiApp } from '../support/scgi-app.ts';
import { makeTree } from '../support/tree.ts';

const TEXT = 'body { color: red }\n';

const FILES = {
  'a.css': TEXT,
  'empty.txt': '',
  'b.unknown-type': 'b',
  'sub/index.html': '<p>sub',
  'sub/app.php': '<?php secret',
  'index.php': '<?php secret',
  'x.PHP~': '<?php secret',
  'caf\u00e9 \u2603.txt': 'snow',
  '.env': 'secret',
};

/** A gateway with a site in front of an application that says what it ran. */
async function site(t: TestContext, setting: Partial<SiteConfig> = {}): Promise<RunningGateway> {
  const root = makeTree(t, FILES);
  const { url } = await scgiApp(t);
  return startGateway(t, {
    backends: [url],
    site: { root, index: ['index.php', 'index.html'], try: ['{path}', '{path}/', '=404'], ...setting },
  });
}

test('a file is answered with its bytes, type, length and validators', async t => {
  const { address } = await site(t);
  const answer = await exchange(t, address, get('/a.css?v=1'));
  assert.equal(answer.status, 200);
  assert.equal(answer.text, TEXT);
  assert.equal(answer.framing, 'length');
  assert.equal(answer.field('content-type'), 'text/css; charset=utf-8');
  assert.equal(answer.field('accept-ranges'), 'bytes');
  assert.match(answer.field('etag')!, /^W\/"[0-9a-f-]+"$/);
  assert.ok(Math.abs(Date.parse(answer.field('last-modified')!) - Date.now()) < 86_400_000);
  assert.ok(answer.field('date'));
  assert.equal(answer.field('connection'), undefined);
  assert.equal(answer.field('cache-control'), undefined);
});

test('a file is described alike each time, until it changes', async t => {
  const root = makeTree(t, { 'a.txt': 'one' });
  const { url } = await scgiApp(t);
  const { address } = await startGateway(t, { backends: [url], site: { root } });
  const undated = (lines: readonly string[]) => lines.filter(line => !line.startsWith('Date:')).sort();
  const answers = [];
  for (let i = 0; i < 3; i++) answers.push(await exchange(t, address, get('/a.txt')));
  for (const answer of answers) {
    assert.equal(answer.text, 'one');
    assert.deepEqual(undated(answer.lines), undated(answers[0]!.lines));
  }
  const etag = answers[0]!.field('etag');
  writeFileSync(`${root}/a.txt`, 'longer');
  const longer = await exchange(t, address, get('/a.txt', `If-None-Match: ${etag}`));
  assert.equal(longer.text, 'longer');
  utimesSync(`${root}/a.txt`, 1, 1);
  const older = await exchange(t, address, get('/a.txt'));
  assert.equal(older.field('last-modified'), 'Thu, 01 Jan 1970 00:00:01 GMT');
  assert.notEqual(older.field('etag'), longer.field('etag'));
  utimesSync(`${root}/a.txt`, 2, 2);
  const newer = await exchange(t, address, get('/a.txt'));
  assert.equal(newer.field('last-modified'), 'Thu, 01 Jan 1970 00:00:02 GMT');
  assert.notEqual(newer.field('etag'), older.field('etag'));
  writeFileSync(`${root}/a.txt`, '');
  assert.equal((await exchange(t, address, get('/a.txt'))).text, '');
});

test('HEAD gets the same head and no body', async t => {
  const { address } = await site(t);
  const whole = await exchange(t, address, get('/a.css'));
  const answer = await exchange(t, address, get('/a.css').replace('GET', 'HEAD'));
  assert.equal(answer.status, 200);
  const fields = (lines: readonly string[]) => lines.filter(line => !line.startsWith('Date:')).sort();
  assert.deepEqual(fields(answer.lines), fields(whole.lines));
  assert.equal(answer.field('content-length'), String(TEXT.length));
});

test('an empty file is an empty answer', async t => {
  const { address } = await site(t);
  const answer = await exchange(t, address, get('/empty.txt'));
  assert.equal(answer.status, 200);
  assert.equal(answer.field('content-length'), '0');
});

test('a name that says nothing of its type is bytes', async t => {
  const { address } = await site(t);
  const answer = await exchange(t, address, get('/b.unknown-type'));
  assert.equal(answer.field('content-type'), 'application/octet-stream');
});

test('names beyond ASCII and with blanks are found by their encoded bytes', async t => {
  const { address } = await site(t);
  const answer = await exchange(t, address, get('/caf%C3%A9%20%e2%98%83.txt'));
  assert.equal(answer.text, 'snow');
});

for (const [range, status, text, said] of [
  ['bytes=0-3', 206, TEXT.slice(0, 4), `bytes 0-3/${TEXT.length}`],
  ['bytes=5-', 206, TEXT.slice(5), `bytes 5-19/${TEXT.length}`],
  ['bytes=-4', 206, TEXT.slice(-4), `bytes 16-19/${TEXT.length}`],
  ['bytes=-4000', 206, TEXT, `bytes 0-19/${TEXT.length}`],
  ['bytes=5-4000', 206, TEXT.slice(5), `bytes 5-19/${TEXT.length}`],
  ['bytes=0-1,5-6', 200, TEXT, undefined],
  ['lines=1-2', 200, TEXT, undefined],
  ['bytes=20-', 416, '416 Range Not Satisfiable\n', `bytes */${TEXT.length}`],
  ['bytes=9999999999999999999999-', 416, '416 Range Not Satisfiable\n', `bytes */${TEXT.length}`],
] as const) {
  test(`Range: ${range} is answered by ${status}`, async t => {
    const { address } = await site(t);
    const answer = await exchange(t, address, get('/a.css', `Range: ${range}`));
    assert.equal(answer.status, status);
    assert.equal(answer.text, text);
    assert.equal(answer.field('content-range'), said);
    assert.equal(answer.field('content-length'), String(text.length));
  });
}

test('a range means nothing to HEAD', async t => {
  const { address } = await site(t);
  const answer = await exchange(t, address, get('/a.css', 'Range: bytes=0-3').replace('GET', 'HEAD'));
  assert.equal(answer.status, 200);
  assert.equal(answer.field('content-length'), String(TEXT.length));
});

test('a client that has the file already gets 304 without a body', async t => {
  const { address } = await site(t);
  const first = await exchange(t, address, get('/a.css'));
  const etag = first.field('etag')!;
  const modified = first.field('last-modified')!;
  for (const line of [
    `If-None-Match: ${etag}`,
    `If-None-Match: "x", ${etag}`,
    'If-None-Match: *',
    `If-Modified-Since: ${modified}`,
  ]) {
    const answer = await exchange(t, address, get('/a.css', line));
    assert.equal(answer.status, 304, line);
    assert.equal(answer.field('etag'), etag);
    assert.equal(answer.field('content-length'), undefined);
    assert.equal(answer.field('content-type'), undefined);
  }
});

test('a client that has something else gets the file', async t => {
  const { address } = await site(t);
  const past = 'Thu, 01 Jan 1970 00:00:00 GMT';
  for (const lines of [
    ['If-None-Match: "x"'],
    [`If-Modified-Since: ${past}`],
    ['If-Range: "x"', 'Range: bytes=0-1'],
    [`If-Range: ${past}`, 'Range: bytes=0-1'],
  ]) {
    const answer = await exchange(t, address, get('/a.css', ...lines));
    assert.equal(answer.status, 200, lines.join());
    assert.equal(answer.text, TEXT);
  }
});

test('a condition that is not met is 412', async t => {
  const { address } = await site(t);
  for (const line of ['If-Match: "x"', 'If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT']) {
    const answer = await exchange(t, address, get('/a.css', line));
    assert.equal(answer.status, 412, line);
    assert.equal(answer.text, '412 Precondition Failed\n');
  }
});

test('a method that files do not know is 405 and told which ones they do', async t => {
  const { address } = await site(t);
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
    const answer = await exchange(t, address, post('/a.css', 'x').replace('POST', method));
    assert.equal(answer.status, 405, method);
    assert.equal(answer.field('allow'), 'GET, HEAD');
  }
});

test('nothing that is kept secret is served or spoken of, and no source is', async t => {
  const { address } = await site(t, { try: ['{path}', '{path}/', '/index.php'] });
  for (const path of ['/.env', '/.none', '/x.PHP~', '/none.php.bak', '/.git/', '/x.php5', '/sub/../.env']) {
    const answer = await exchange(t, address, get(path));
    assert.ok(answer.status === 404 || answer.status === 400, path);
    assert.ok(!answer.text.includes('secret'));
  }
});

test('a path with more than one reading is refused (13, 53)', async t => {
  const { address } = await site(t);
  for (const path of [
    '/sub%2fapp.php',
    '/a.css%00.php',
    '/sub%5capp.php',
    '/%2e%2e/a.css',
    '/sub/./app.php',
    '/a%0a',
  ]) {
    const answer = await exchange(t, address, get(path));
    assert.equal(answer.status, 400, path);
  }
});

test('a directory is sent to its slash by the bytes that came, and never to another host', async t => {
  const { address } = await site(t);
  for (const [target, location] of [
    ['/sub', '/sub/'],
    ['/sub?a=/b%20c', '/sub/?a=/b%20c'],
    ['/s%75b', '/s%75b/'],
    ['//sub', '/sub/'],
    ['///sub?x', '/sub/?x'],
  ] as const) {
    const answer = await exchange(t, address, get(target));
    assert.equal(answer.status, 301, target);
    assert.equal(answer.field('location'), location);
  }
  const answer = await exchange(t, address, post('/sub', 'body'));
  assert.equal(answer.status, 308);
  assert.equal(answer.field('location'), '/sub/');
});

test('an index answers for its directory, and a directory without one is not there', async t => {
  const { address } = await site(t, { index: ['none.html', 'index.html'] });
  const found = await exchange(t, address, get('/sub/'));
  assert.equal(found.text, '<p>sub');
  assert.equal(found.field('content-type'), 'text/html; charset=utf-8');
  const none = await exchange(t, address, get('/'));
  assert.equal(none.status, 404);
});

test('a list that ends in a status is answered with it', async t => {
  for (const status of [404, 403, 410]) {
    const { address } = await site(t, { try: ['{path}', `=${status}`] });
    const answer = await exchange(t, address, get('/none'));
    assert.equal(answer.status, status);
    assert.match(answer.text, new RegExp(`^${status} `));
  }
});

test('files, refusals and conditions leave the connection open for the next request', async t => {
  const gateway = await site(t);
  const client = await connect(t, gateway.address);
  const targets = ['/a.css', '/none', '/sub', '/empty.txt', '/a.css'];
  client.send(targets.map(target => get(target)).join(''));
  const answers = await client.responses(targets.length);
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 404, 301, 200, 200],
  );
});

test('the body of a request for a file is read and dropped', async t => {
  const { address } = await site(t);
  const client = await connect(t, address);
  client.send(post('/a.css', 'x'.repeat(200_000)).replace('POST', 'GET') + get('/empty.txt'));
  assert.equal((await client.response()).text, TEXT);
  const next = await client.response();
  assert.equal(next.status, 200);
  assert.equal(next.field('content-length'), '0');
});

test('the access line of a file has its status and bytes, and no attempt', async t => {
  const gateway = await site(t);
  await exchange(t, gateway.address, get('/a.css', 'Range: bytes=0-3'));
  const [record] = await gateway.ended(1);
  assert.equal(record!.status, 206);
  assert.equal(record!.bytesOut, 4);
  assert.deepEqual(record!.attempts, []);
  assert.equal(record!.reason, '');
});

test('a client of HTTP/1.0 gets a file as well', async t => {
  const { address } = await site(t);
  const client = await connect(t, address);
  client.send('GET /a.css HTTP/1.0\r\n\r\n');
  const answer = await client.response();
  assert.equal(answer.text, TEXT);
  assert.equal(await client.closed(), 'end');
});

test('in front of a backend that speaks HTTP files come first, and all else is the backend\u2019s', async t => {
  const root = makeTree(t, FILES);
  const backend = await okBackend(t, 'backend');
  const { address } = await startGateway(t, {
    backends: [backend.url],
    site: { root, index: ['index.html'], try: ['{path}', '{path}/'], suffixes: [] },
  });
  for (const [request, text] of [
    [get('/a.css'), TEXT],
    [get('/sub/'), '<p>sub'],
    [post('/a.css', 'x'), 'backend'],
    [get('/'), 'backend'],
    [get('/none'), 'backend'],
    [get('/index.php'), 'backend'],
    [get('/x.PHP~'), 'backend'],
    [get('/.env'), 'backend'],
    [get('/projects/a%2Fb'), 'backend'],
    [get('/sub/../a.css'), 'backend'],
    ['OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n', 'backend'],
  ] as const) {
    assert.equal((await exchange(t, address, request)).text, text, request);
  }
});
