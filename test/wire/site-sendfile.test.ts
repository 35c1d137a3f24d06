import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { fixedBackend } from '../support/backend.ts';
import { exchange, get, post } from '../support/client.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { scgiApp } from '../support/scgi-app.ts';
import { makeTree } from '../support/tree.ts';

const TEXT = '0123456789';

interface Running {
  readonly gateway: RunningGateway;
  readonly root: string;
  /** Puts fields into the answer of the backend. */
  say(...lines: string[]): void;
}

/** A gateway that sends files for a backend, whose answers have a body that nobody is to see. */
async function sender(t: TestContext): Promise<Running> {
  const folder = makeTree(t, {
    'files/a.txt': TEXT,
    'files/100%.txt': 'percent',
    'files/sp ace.txt': 'space',
    'files/sub/b.css': 'b',
    'files/out': { link: '../secret' },
    'files/in': { link: 'sub' },
    'secret/x.txt': 'secret',
    'files-too/x.txt': 'secret',
    linked: { link: 'files' },
  });
  let fields: readonly string[] = [];
  const app = await scgiApp(t, () => ['Status: 200', ...fields, '', 'not this'].join('\r\n'));
  const root = `${folder}/files`;
  const gateway = await startGateway(t, { backends: [app.url], sendfileRoot: root });
  return {
    gateway,
    root,
    say: (...lines) => {
      fields = lines;
    },
  };
}

for (const name of ['X-Sendfile', 'x-lighttpd-send-file', 'X-SENDFILE']) {
  test(`${name} is answered with the file that it names, absolute or below the root (63)`, async t => {
    const { gateway, root, say } = await sender(t);
    for (const [path, text] of [
      [`${root}/a.txt`, TEXT],
      ['a.txt', TEXT],
      ['100%.txt', 'percent'],
      [`${root}//sub/b.css`, 'b'],
      [`${root}/../linked/a.txt`, undefined],
      [`${root}/in/b.css`, 'b'],
    ] as const) {
      say(`${name}: ${path}`);
      const answer = await exchange(t, gateway.address, get('/'));
      if (text === undefined) assert.equal(answer.status, 502, path);
      else assert.equal(answer.text, text, path);
      assert.equal(answer.field(name), undefined);
    }
  });
}

test('X-Accel-Redirect names a path below the root, percent-encoded and perhaps with a query (63)', async t => {
  const { gateway, say } = await sender(t);
  for (const [path, text] of [
    ['/a.txt', TEXT],
    ['/a.txt?token=1', TEXT],
    ['//a.txt', TEXT],
    ['/sp%20ace.txt', 'space'],
    ['/100%25.txt', 'percent'],
    ['/100%.txt', 'percent'],
    ['/sub%2fb.css', 'b'],
  ] as const) {
    say(`X-Accel-Redirect: ${path}`);
    const answer = await exchange(t, gateway.address, get('/'));
    assert.equal(answer.text, text, path);
    assert.equal(answer.field('x-accel-redirect'), undefined);
  }
});

test('what a backend says of its answer is kept, unless the file knows better (63)', async t => {
  const { gateway, say } = await sender(t);
  say(
    'X-Sendfile: a.txt',
    'Content-Type: application/x-own',
    'Content-Disposition: attachment; filename="own.txt"',
    'Set-Cookie: a=1',
    'Set-Cookie: b=2',
    'Cache-Control: private',
    'ETag: "own"',
    'Last-Modified: Thu, 01 Jan 1970 00:00:00 GMT',
    'Accept-Ranges: none',
    'Content-Length: 8',
  );
  const answer = await exchange(t, gateway.address, get('/'));
  assert.equal(answer.status, 200);
  assert.equal(answer.text, TEXT);
  assert.equal(answer.field('content-type'), 'application/x-own');
  assert.equal(answer.field('content-disposition'), 'attachment; filename="own.txt"');
  assert.deepEqual(answer.all('set-cookie'), ['a=1', 'b=2']);
  assert.equal(answer.field('cache-control'), 'private');
  assert.match(answer.field('etag')!, /^W\//);
  assert.ok(Date.parse(answer.field('last-modified')!) > 0);
  assert.equal(answer.field('accept-ranges'), 'bytes');
  assert.equal(answer.field('content-length'), '10');
});

test('ranges, conditions and HEAD work on a file that a backend named (63)', async t => {
  const { gateway, say } = await sender(t);
  say('X-Sendfile: a.txt');
  const part = await exchange(t, gateway.address, get('/', 'Range: bytes=2-4'));
  assert.equal(part.status, 206);
  assert.equal(part.text, '234');
  const etag = part.field('etag')!;
  assert.equal((await exchange(t, gateway.address, get('/', `If-None-Match: ${etag}`))).status, 304);
  const head = await exchange(t, gateway.address, get('/').replace('GET', 'HEAD'));
  assert.equal(head.field('content-length'), '10');
  const posted = await exchange(t, gateway.address, post('/', 'x', 'Range: bytes=2-4'));
  assert.equal(posted.status, 200);
  assert.equal(posted.text, TEXT);
});

test('a file outside the root is refused, whichever way leads there, and the log says why (63)', async t => {
  const { gateway, root, say } = await sender(t);
  const lines = [
    'X-Sendfile: /etc/passwd',
    `X-Sendfile: ${root}-too/x.txt`,
    `X-Sendfile: ${root}/../secret/x.txt`,
    'X-Sendfile: ../secret/x.txt',
    'X-Sendfile: out/x.txt',
    'X-Accel-Redirect: /out/x.txt',
    'X-Accel-Redirect: /../secret/x.txt',
    'X-Accel-Redirect: /%2e%2e/secret/x.txt',
    'X-Accel-Redirect: /%2e%2e%2fsecret/x.txt',
  ];
  for (const line of lines) {
    say(line);
    const answer = await exchange(t, gateway.address, get('/'));
    assert.equal(answer.status, 502, line);
    assert.ok(!answer.text.includes('secret'));
  }
  const warnings = gateway.messages.filter(({ level }) => level === 'warn');
  assert.equal(warnings.length, lines.length);
  for (const { facts } of warnings) assert.match(String(facts['reason']), /names the file/);
  const records = await gateway.ended(lines.length);
  assert.ok(records.every(({ reason }) => reason === 'file_refused'));
});

test('a file that is not there, or is none, is 404 and the log says so (63)', async t => {
  const { gateway, say } = await sender(t);
  const lines = [
    'X-Sendfile: none.txt',
    'X-Sendfile: sub',
    'X-Sendfile: a.txt/b',
    'X-Accel-Redirect: /a%00.txt',
  ];
  for (const line of lines) {
    say(line);
    assert.equal((await exchange(t, gateway.address, get('/'))).status, 404, line);
  }
  assert.equal(gateway.messages.filter(({ level }) => level === 'warn').length, lines.length);
});

test('the connection to the backend is used again, and the slot is free while the file is sent (63)', async t => {
  const root = makeTree(t, { 'a.txt': TEXT });
  const answer = 'HTTP/1.1 200 OK\r\nX-Sendfile: a.txt\r\nContent-Length: 0\r\n\r\n';
  const backend = await fixedBackend(t, answer);
  const gateway = await startGateway(t, { backends: [backend.url], sendfileRoot: root });
  for (let i = 0; i < 3; i++) assert.equal((await exchange(t, gateway.address, get('/'))).text, TEXT);
  assert.equal(backend.connections.length, 1);
  assert.equal(gateway.load().inFlight, 0);
  const [record] = await gateway.ended(3);
  assert.equal(record!.attempts.length, 1);
});

test('an answer without a body by its status stays what it is (63)', async t => {
  const root = makeTree(t, { 'a.txt': TEXT });
  const backend = await fixedBackend(t, 'HTTP/1.1 304 Not Modified\r\nX-Sendfile: a.txt\r\n\r\n');
  const { address } = await startGateway(t, { backends: [backend.url], sendfileRoot: root });
  assert.equal((await exchange(t, address, get('/'))).status, 304);
});

test('where no root is named, the field is a field like any other (63)', async t => {
  const backend = await fixedBackend(
    t,
    'HTTP/1.1 200 OK\r\nX-Sendfile: /etc/hostname\r\nX-Accel-Redirect: /x\r\nContent-Length: 2\r\n\r\nok',
  );
  const { address } = await startGateway(t, { backends: [backend.url] });
  const answer = await exchange(t, address, get('/'));
  assert.equal(answer.text, 'ok');
  assert.equal(answer.field('x-sendfile'), '/etc/hostname');
  assert.equal(answer.field('x-accel-redirect'), '/x');
});
