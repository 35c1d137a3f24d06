import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { backend } from '../../support/backend.ts';
import {
  endRequest,
  type FcgiRequest,
  fcgiBackend,
  fcgiUrl,
  page,
  readFcgiRequest,
  record,
  stdout,
  TYPE,
} from '../../support/fastcgi.ts';
import { socketPath } from '../../support/socket-path.ts';
import { runCli } from './run-cli.ts';

test('a FastCGI application is asked as a gateway would ask it, and its answer is shown', async t => {
  let seen: FcgiRequest | undefined;
  const origin = await fcgiBackend(t, request => {
    seen = request;
    return page(`${request.stdin}\u001b[2J`, 'Status: 418 Odd', 'X-A: 1');
  });
  const {
    status,
    stdout: shown,
    stderr,
  } = await runCli(
    t,
    ...['probe', fcgiUrl(origin), '/app/x.php?q=1', '--root', '/srv/www/', '--data', 'a=b'],
    ...['-H', 'X-B: 1', '-H', 'X-B: 2', '-H', 'Content-Type: text/plain'],
  );
  assert.deepEqual([status, stderr], [0, '']);
  assert.match(shown, /^418 Odd\nContent-Type: text\/plain\nX-A: 1\n\nconnect \d+\.\d ms, /);
  assert.match(shown, /\nbody: 7 bytes\n\na=b\\x1b\[2J\n$/);
  for (const [name, value] of Object.entries({
    REQUEST_METHOD: 'POST',
    REQUEST_URI: '/app/x.php?q=1',
    QUERY_STRING: 'q=1',
    SCRIPT_FILENAME: '/srv/www/app/x.php',
    SCRIPT_NAME: '/app/x.php',
    DOCUMENT_ROOT: '/srv/www',
    CONTENT_LENGTH: '3',
    CONTENT_TYPE: 'text/plain',
    HTTP_X_B: '1, 2',
    REDIRECT_STATUS: '200',
  })) {
    assert.equal(seen!.variables.get(name), value, name);
  }
});

for (const [title, args, file, name] of [
  ['the path stands for the script unless something else is said', [], '/ping', '/ping'],
  ['a script is run whatever the path is', ['--script', '/srv/app.php'], '/srv/app.php', '/srv/app.php'],
  ['a script may lie below the root', ['--root', '/srv', '--script', 'app.php'], '/srv/app.php', '/app.php'],
  [
    'a script below the root has a name there',
    ['--root', '/srv', '--script', '/srv/app.php'],
    '/srv/app.php',
    '/app.php',
  ],
] as const) {
  test(title, async t => {
    const origin = await fcgiBackend(t, ({ variables }) =>
      page(`${variables.get('SCRIPT_FILENAME')} ${variables.get('SCRIPT_NAME')}`),
    );
    const { stdout: shown } = await runCli(t, 'probe', fcgiUrl(origin), '/ping', ...args);
    assert.equal(shown.trimEnd().split('\n').at(-1), `${file} ${name}`);
  });
}

test('a record that comes in pieces is no riddle, and a long answer is counted whole', async t => {
  const path = socketPath(t);
  await backend(
    t,
    async connection => {
      await readFcgiRequest(connection);
      const bytes = Buffer.concat([
        record(TYPE.stderr, 1, 'careful\n', 3),
        stdout(`\n\n${'x'.repeat(200_000)}`, 1, 65_000, 5),
        record(TYPE.stdout, 1),
        endRequest(),
      ]);
      for (let at = 0; at < bytes.length; at += 4093) {
        connection.send(bytes.subarray(at, at + 4093));
        await new Promise(setImmediate);
      }
    },
    path,
  );
  const { status, stdout: shown, stderr } = await runCli(t, 'probe', `fcgi+unix://${path}`);
  assert.deepEqual([status, stderr], [0, '']);
  assert.match(shown, /\nbody: 200000 bytes, the first 1024 are\n/);
  assert.match(shown, /\non its error stream:\ncareful\n$/);
});

test('a script that was not found is answered with where it was looked for', async t => {
  const origin = await backend(t, async connection => {
    await readFcgiRequest(connection);
    connection.send(record(TYPE.stderr, 1, 'Primary script unknown'));
    connection.send(stdout('Status: 404 Not Found\r\n\r\nFile not found.\n'));
    connection.send(endRequest());
  });
  const { status, stderr } = await runCli(t, 'probe', fcgiUrl(origin), '/x.php', '--root', '/srv');
  assert.equal(status, 0);
  assert.equal(
    stderr,
    'sluice: the application found no script at /srv/x.php: --root DIR or --script FILE names another place, as the application sees it\n',
  );
});

/** What an application may do instead of answering, and how that is told. */
const FAULTS: readonly (readonly [what: string, bytes: Buffer, words: RegExp])[] = [
  ['closes', Buffer.alloc(0), /: the application closed the connection before its answer was complete\n$/],
  ['speaks HTTP', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), /: the answer is not FastCGI: /],
  ['is overloaded', endRequest(1, 0, 2), /: the application says that it is overloaded\n$/],
  ['prints nothing', endRequest(), /: the application printed nothing\n$/],
  [
    'prints no head',
    Buffer.concat([record(TYPE.stderr, 1, 'Fatal: no'), stdout('junk'), endRequest()]),
    /: what it printed has no head; on its error stream: "Fatal: no"\n$/,
  ],
];

for (const [what, bytes, words] of FAULTS) {
  test(`an application that ${what} gives no answer, and the status is 1`, async t => {
    const origin = await backend(t, async connection => {
      await readFcgiRequest(connection);
      connection.send(bytes);
      connection.halfClose();
    });
    const { status, stdout: shown, stderr } = await runCli(t, 'probe', fcgiUrl(origin));
    assert.deepEqual([status, shown], [1, '']);
    assert.match(stderr, words);
  });
}

test('an application that keeps still is given up after the time-out', async t => {
  const origin = await backend(t, connection => readFcgiRequest(connection));
  const { status, stderr } = await runCli(t, 'probe', fcgiUrl(origin), '--timeout', '300ms');
  assert.equal(status, 1);
  assert.equal(
    stderr,
    `sluice: ${fcgiUrl(origin)}: no answer within 300ms: it was connected, but no answer came; its workers may all be busy, or held by connections that a gateway keeps for a while\n`,
  );
});

test('no application at the address is told in words', async t => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise(resolve => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise(resolve => server.close(resolve));
  const [refused, missing] = await Promise.all([
    runCli(t, 'probe', `fcgi://127.0.0.1:${port}`),
    runCli(t, 'probe', 'fcgi+unix:///nowhere/x.sock'),
  ]);
  assert.match(refused.stderr, /: the connection was refused: nothing listens there\n$/);
  assert.match(missing.stderr, /: there is no such socket: is the backend running\?\n$/);
  assert.deepEqual([refused.status, missing.status], [1, 1]);
});
