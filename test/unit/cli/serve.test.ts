import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { afterwards } from '../../support/afterwards.ts';
import { eventually } from '../../support/eventually.ts';
import { socketPath, temporaryFolder } from '../../support/socket-path.ts';
import { type RunningCommand, runCli, startCli } from './run-cli.ts';

interface Backend {
  readonly url: string;
  /** Requests that came and were not answered. */
  readonly held: (() => void)[];
}

/** Answers at once, but holds requests for /held until they are let go. */
async function startBackend(t: TestContext): Promise<Backend> {
  const held: (() => void)[] = [];
  const server = createServer((request, response) => {
    if (request.url === '/held') held.push(() => response.end('late'));
    else response.end('hello');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterwards(t, () => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, held };
}

async function startServe(
  t: TestContext,
  ...args: string[]
): Promise<{ command: RunningCommand; url: string }> {
  const command = startCli(t, ['-l', '127.0.0.1:0', ...args]);
  const [, url] = await command.printed(/listening on (http:\/\/127\.0\.0\.1:\d+)/);
  return { command, url: url! };
}

/** The answer to a GET, its body read as text. */
function fetchText(url: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, async (response: IncomingMessage) => {
      try {
        let text = '';
        for await (const chunk of response.setEncoding('utf8')) text += chunk;
        resolve({ status: response.statusCode!, text });
      } catch (error) {
        reject(error);
      }
    }).on('error', reject);
  });
}

test('it says where it listens, serves, logs, and ends with status 0 on SIGTERM', async t => {
  const backend = await startBackend(t);
  const { command, url } = await startServe(t, '-b', backend.url);
  assert.deepEqual(await fetchText(`${url}/x`), { status: 200, text: 'hello' });
  command.child.kill('SIGTERM');
  const { status, stdout, stderr } = await command.ended();
  assert.deepEqual([status, stderr], [0, '']);
  const lines = stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));
  assert.equal(lines.filter(line => line.target === '/x' && line.status === 200).length, 1);
  assert.deepEqual(lines.at(-1).msg, 'drained');
});

test('what check would warn of stands in the log', async t => {
  const command = startCli(t, ['-l', '127.0.0.1:0', '-b', 'fcgi://127.0.0.1:9000,max-conns=1']);
  await command.printed(
    /"level":"warn".*"msg":"the pool default has neither a root nor a script: .*\n.*listening on/,
  );
});

test('SIGTERM lets what is in flight finish', async t => {
  const backend = await startBackend(t);
  const { command, url } = await startServe(t, '-b', backend.url);
  const answer = fetchText(`${url}/held`);
  await eventually('the backend has the request', () => backend.held.length === 1);
  command.child.kill('SIGTERM');
  await command.printed(/draining/);
  backend.held[0]!();
  assert.deepEqual(await answer, { status: 200, text: 'late' });
  const { status, stdout } = await command.ended();
  assert.equal(status, 0);
  assert.match(stdout, /"finished":1,"cut":0,"msg":"drained"/);
});

test('what has not finished within the shutdown time-out is cut, and counted', async t => {
  const backend = await startBackend(t);
  const { command, url } = await startServe(t, '-b', backend.url, '--shutdown-timeout', '50ms');
  const cut = fetchText(`${url}/held`).catch(() => ({ status: 0 }));
  await eventually('the backend has the request', () => backend.held.length === 1);
  command.child.kill('SIGTERM');
  const { status, stdout } = await command.ended();
  assert.notEqual((await cut).status, 200);
  assert.equal(status, 0);
  assert.match(stdout, /"cut":1,"msg":"drained; cut what had not finished within 50ms"/);
});

test('a second signal ends it at once', async t => {
  const backend = await startBackend(t);
  const { command, url } = await startServe(t, '-b', backend.url);
  const cut = fetchText(`${url}/held`).catch(() => ({ status: 0 }));
  await eventually('the backend has the request', () => backend.held.length === 1);
  command.child.kill('SIGINT');
  await command.printed(/draining/);
  command.child.kill('SIGINT');
  const { status, stdout } = await command.ended();
  assert.notEqual((await cut).status, 200);
  assert.equal(status, 0);
  assert.match(stdout, /"cut":1,"msg":"stopped at once"/);
  assert.doesNotMatch(stdout, /drained/);
});

test('SIGHUP reads the configuration again, and one that is wrong changes nothing', async t => {
  const backend = await startBackend(t);
  const file = join(temporaryFolder(t), 'sluice.yaml');
  const write = (rest: string) =>
    writeFileSync(file, `pools:\n  default: { backends: ["${backend.url},name=first"] }\n${rest}`);
  write('');
  const { command, url } = await startServe(t, '--config', file);
  write('log-format: combined\n');
  command.child.kill('SIGHUP');
  await eventually('it is done', () => /reload: log-format/.test(command.stderr));
  write('balance: nonsense\n');
  command.child.kill('SIGHUP');
  await eventually('it is refused', () =>
    /no reload: nothing is changed reason=.*sluice\.yaml:3: balance/.test(command.stderr),
  );
  assert.equal((await fetchText(url)).status, 200);
});

for (const signal of ['SIGHUP', 'SIGUSR1'] as const) {
  test(`${signal} has the access log go on in a new file, and opens no debugger`, async t => {
    const backend = await startBackend(t);
    const file = join(temporaryFolder(t), 'access.log');
    const { command, url } = await startServe(t, '-b', backend.url, '--access-log', file);
    await fetchText(`${url}/before`);
    renameSync(file, `${file}.1`);
    command.child.kill(signal);
    await eventually('it is opened anew', () => existsSync(file));
    await fetchText(`${url}/after`);
    command.child.kill('SIGTERM');
    assert.equal((await command.ended()).stderr, '');
    assert.match(readFileSync(`${file}.1`, 'utf8'), /^\{.*"target":"\/before".*\}\n$/);
    assert.match(readFileSync(file, 'utf8'), /^\{.*"target":"\/after".*\}\n$/);
  });
}

test('a file configures it, and a flag overrides the file', async t => {
  const backend = await startBackend(t);
  const file = join(temporaryFolder(t), 'sluice.yaml');
  writeFileSync(
    file,
    `listen: "127.0.0.1:1"\npools:\n  default: { backends: ["${backend.url},name=first"] }\nlog-level: error\n`,
  );
  const { command, url } = await startServe(t, '--config', file, '--log-level', 'info');
  assert.equal((await fetchText(url)).text, 'hello');
  await command.printed(/"backend":"first"/);
});

test('it listens on a unix socket and takes the file away', async t => {
  const path = socketPath(t);
  const command = startCli(t, ['-l', `unix:${path}`, '-b', 'http://127.0.0.1:9']);
  await command.printed(/listening on unix:/);
  assert.equal(existsSync(path), true);
  command.child.kill('SIGTERM');
  assert.equal((await command.ended()).status, 0);
  assert.equal(existsSync(path), false);
});

test('an address in use is named with a remedy, and the status is 1', async t => {
  const backend = await startBackend(t);
  const port = new URL(backend.url).port;
  const { status, stderr } = await runCli(t, '-l', `127.0.0.1:${port}`, '-b', backend.url);
  assert.equal(status, 1);
  assert.equal(
    stderr,
    `sluice: cannot listen on 127.0.0.1:${port}: the address is already in use; stop what listens there (ss -ltnp 'sport = :${port}' names it), or give another address with --listen\n`,
  );
});

test('a directory that is not there is named, and the status is 1', async t => {
  const { status, stderr } = await runCli(t, '-l', 'unix:/nowhere/x', '-b', 'http://127.0.0.1:9');
  assert.equal(status, 1);
  assert.equal(
    stderr,
    'sluice: cannot listen on unix:/nowhere/x: its directory does not exist, or this user may not write to it\n',
  );
});

test('a file on the path of a socket is named as what it is, and stays', async t => {
  const path = socketPath(t);
  writeFileSync(path, 'precious');
  const { status, stderr } = await runCli(t, '-l', `unix:${path}`, '-b', 'http://127.0.0.1:9');
  assert.equal(status, 1);
  assert.equal(
    stderr,
    `sluice: cannot listen on unix:${path}: something that is no socket lies there; move it away, or give another path with --listen\n`,
  );
  assert.equal(readFileSync(path, 'utf8'), 'precious');
});

test('a socket that another gateway listens on is named as taken', async t => {
  const path = socketPath(t);
  await startCli(t, ['-l', `unix:${path}`, '-b', 'http://127.0.0.1:9']).printed(/listening on unix:/);
  const { status, stderr } = await runCli(t, '-l', `unix:${path}`, '-b', 'http://127.0.0.1:9');
  assert.equal(status, 1);
  assert.match(stderr, /: a process listens there; stop it,/);
});

test('with the combined format, messages go to standard error and access lines alone to standard output', async t => {
  const backend = await startBackend(t);
  const command = startCli(t, ['-l', '127.0.0.1:0', '-b', backend.url, '--log-format', 'combined']);
  await eventually('it listens', () => /listening on/.test(command.stderr));
  const [, url] = /listening on (http:\S+)/.exec(command.stderr)!;
  await fetchText(`${url}/x`);
  command.child.kill('SIGTERM');
  const { stdout } = await command.ended();
  assert.match(stdout, /^127\.0\.0\.1 - - \[[^\]]+\] "GET \/x HTTP\/1\.1" 200 5 "-" "-"\n$/);
});

test('an access log in a file leaves the messages on standard output', async t => {
  const backend = await startBackend(t);
  const file = join(temporaryFolder(t), 'access.log');
  const { command, url } = await startServe(t, '-b', backend.url, '--access-log', file);
  await fetchText(`${url}/x`);
  command.child.kill('SIGTERM');
  const { stdout } = await command.ended();
  assert.doesNotMatch(stdout, /"target"/);
  assert.match(readFileSync(file, 'utf8'), /^\{"time":.*"target":"\/x".*\}\n$/);
});

test('a reader of the log that goes away does not end the gateway', async t => {
  const backend = await startBackend(t);
  const { command, url } = await startServe(t, '-b', backend.url);
  command.child.stdout!.destroy();
  for (let i = 0; i < 5; i++) assert.equal((await fetchText(url)).text, 'hello');
  command.child.kill('SIGTERM');
  assert.deepEqual((await command.ended()).status, 0);
});

test('a reader of the log that stops to read holds up neither requests nor the end', async t => {
  const backend = await startBackend(t);
  const { command, url } = await startServe(t, '-b', backend.url);
  command.child.stdout!.pause();
  const target = 'x'.repeat(7000);
  for (let i = 0; i < 30; i++) assert.equal((await fetchText(`${url}/${target}`)).text, 'hello');
  command.child.kill('SIGTERM');
  const [status] = await once(command.child, 'exit');
  assert.equal(status, 0);
  command.child.stdout!.resume();
});

test('an old Node is told what is needed', { skip: !oldNode() && 'no older Node on this machine' }, () => {
  const launcher = join(import.meta.dirname, '../../../bin/sluice.js');
  assert.throws(
    () => execFileSync(oldNode()!, [launcher, 'version'], { stdio: 'pipe' }),
    (error: { status: number; stderr: Buffer }) => {
      assert.equal(error.status, 1);
      assert.match(
        error.stderr.toString(),
        /^sluice needs Node\.js 22\.19 or later, this is \d+\.\d+\.\d+; .*npm ci.*\n$/,
      );
      return true;
    },
  );
});

/** A Node of the system that is older than what Sluice needs. */
function oldNode(): string | undefined {
  const path = '/usr/bin/node';
  if (!existsSync(path)) return undefined;
  const version = execFileSync(path, ['--version']).toString();
  return Number(/^v(\d+)/.exec(version)?.[1]) < 22 ? path : undefined;
}
