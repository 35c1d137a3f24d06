import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { afterwards } from '../../support/afterwards.ts';
import { socketPath } from '../../support/socket-path.ts';
import { runCli } from './run-cli.ts';

async function listen(t: TestContext, server: Server | ReturnType<typeof createServer>): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterwards(t, () => {
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const echo: RequestListener = async (request, response) => {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  response.writeHead(418, { 'X-Two': ['a', 'b'] });
  response.end(`${request.method} ${request.url} ${request.headers['x-a']} ${body}\u001b[2J`);
};

/** Answers a connection with bytes, then closes it. */
function scripted(bytes: string): ReturnType<typeof createServer> {
  return createServer(socket => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(bytes, 'latin1'));
  });
}

test('an answer of any status is shown with its times, and the status is 0', async t => {
  const url = await listen(t, createHttpServer(echo));
  const { status, stdout, stderr } = await runCli(
    t,
    'probe',
    url,
    '/p?q',
    '-X',
    'PUT',
    '-H',
    'X-A: 1',
    '--data',
    'body',
  );
  assert.deepEqual([status, stderr], [0, '']);
  assert.match(stdout, /^418 I'm a Teapot\n/);
  assert.match(stdout, /X-Two: a\nX-Two: b\n/);
  assert.match(stdout, /\nconnect \d+\.\d ms, first byte \d+\.\d ms, total \d+\.\d ms\n/);
  assert.match(stdout, /\nbody: 19 bytes\n\nPUT \/p\?q 1 body\\x1b\[2J\n$/);
});

test('a unix socket is probed as well', async t => {
  const path = socketPath(t);
  const server = createHttpServer(echo).listen(path);
  await once(server, 'listening');
  afterwards(t, () => server.close());
  const { status, stdout } = await runCli(t, 'probe', `http+unix://${path}`);
  assert.equal(status, 0);
  assert.match(stdout, /GET \/ undefined/);
});

test('a long body is counted whole and shown in part', async t => {
  const url = await listen(
    t,
    createHttpServer((_, response) => response.end('x'.repeat(100_000))),
  );
  const { stdout } = await runCli(t, 'probe', url);
  assert.match(stdout, /\nbody: 100000 bytes, the first 1024 are\n\nx{1024}\n$/);
});

test('a refused connection is told in words, and the status is 1', async t => {
  const server = createServer();
  const url = await listen(t, server);
  server.close();
  await once(server, 'close');
  assert.deepEqual(await runCli(t, 'probe', url), {
    status: 1,
    stdout: '',
    stderr: `sluice: ${url}: the connection was refused: nothing listens there\n`,
  });
});

test('a backend that does not answer is given up after the time-out', async t => {
  const url = await listen(
    t,
    createHttpServer(() => {}),
  );
  const { status, stderr } = await runCli(t, 'probe', url, '--timeout', '200ms');
  assert.equal(status, 1);
  assert.equal(stderr, `sluice: ${url}: no answer within 200ms: it was connected, but no answer came\n`);
});

test('an answer that breaks off, or is no HTTP, is no answer', async t => {
  const short = await listen(t, scripted('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'));
  const junk = await listen(t, scripted('hello\r\n\r\n'));
  const [broken, strange] = await Promise.all([runCli(t, 'probe', short), runCli(t, 'probe', junk)]);
  assert.deepEqual([broken.status, strange.status], [1, 1]);
  assert.match(broken.stderr, /: the backend closed the connection before its answer was complete\n$/);
  assert.match(strange.stderr, /: the answer is not HTTP: /);
});

test('a mistake in the arguments is named, and the status is 2', async t => {
  const mistakes = await Promise.all([
    runCli(t, 'probe', 'scgi://127.0.0.1:9000'),
    runCli(t, 'probe', 'https://127.0.0.1', '--ca', '/no/such.pem'),
    runCli(t, 'probe', 'http://127.0.0.1:1', '--root', '/srv'),
    runCli(t, 'probe', 'fcgi://127.0.0.1:1', '--script', 'x.php'),
    runCli(t, 'probe', 'http://127.0.0.1:1/path'),
    runCli(t, 'probe', 'http://127.0.0.1:1', 'path'),
    runCli(t, 'probe', 'http://127.0.0.1:1', '-H', 'nonsense'),
    runCli(t, 'probe', 'http://127.0.0.1:1', '--timeout', '1'),
    runCli(t, 'probe', 'http://127.0.0.1:1', '-X', 'G T'),
  ]);
  assert.deepEqual(
    mistakes.map(({ status }) => status),
    [2, 2, 2, 2, 2, 2, 2, 2, 2],
  );
  assert.deepEqual(
    mistakes.map(({ stderr }) => stderr),
    [
      'sluice: BACKEND-URL: probe speaks http, https, http+unix, fcgi, fcgis and fcgi+unix, not scgi\n',
      'sluice: cannot read "/no/such.pem": no such file or directory\n',
      'sluice: --root: it is for fcgi; http has no scripts\n',
      'sluice: --script: without --root its path has to be absolute\n',
      'sluice: BACKEND-URL: a backend URL ends after the port; the path is an argument of its own\n',
      'sluice: PATH: a path begins with "/"; write /path\n',
      'sluice: --header "nonsense": expected a field such as \'Name: value\'\n',
      'sluice: --timeout: expected a duration such as 250ms, 5s, 2m, 1h; got "1"\n',
      'sluice: --method: expected a method such as GET; got "G T"\n',
    ],
  );
});
