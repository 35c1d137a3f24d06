import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { backend, echoBackend, ok, okBackend } from '../support/backend.ts';
import { startGateway } from '../support/gateway.ts';
import { run, unlessInstalled } from '../support/program.ts';
import { temporaryFolder } from '../support/socket-path.ts';
import { closedPort } from '../support/unreachable.ts';

const skip = unlessInstalled('curl');

async function curl(t: TestContext, ...words: string[]) {
  return run(t, 'curl', ['-sS', '--max-time', '10', ...words]);
}

test('curl speaks HTTP/1.0 and HTTP/1.1 to the gateway', { skip }, async t => {
  const origin = await backend(t, c =>
    c.always('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'),
  );
  const gateway = await startGateway(t, { backends: [origin.url] });
  for (const version of ['--http1.0', '--http1.1']) {
    const { stdout, stderr, code } = await curl(t, version, gateway.address);
    assert.equal(code, 0, stderr);
    assert.equal(stdout, 'hello');
  }
});

test('curl is not asked twice for a large upload that it announces by Expect', { skip }, async t => {
  const origin = await echoBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url] });
  const folder = temporaryFolder(t);
  const body = randomBytes(3_000_000);
  writeFileSync(join(folder, 'up'), body);
  for (const extra of [[], ['-H', 'Transfer-Encoding: chunked']]) {
    const words = ['-v', '-H', 'Expect: 100-continue', ...extra, '--data-binary', `@${folder}/up`];
    const { stderr, code } = await curl(t, ...words, '-o', `${folder}/down`, gateway.address);
    assert.equal(code, 0, stderr);
    assert.equal(stderr.match(/< HTTP\/1\.1 100/g)?.length, 1, stderr);
    assert.deepEqual(readFileSync(join(folder, 'down')), body);
  }
});

test('curl gets no body for HEAD, and uses its connection again', { skip }, async t => {
  const origin = await backend(t, c => c.always('HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n'));
  const gateway = await startGateway(t, { backends: [origin.url] });
  const { stdout, stderr, code } = await curl(t, '-v', '-I', gateway.address, '-I', gateway.address);
  assert.equal(code, 0, stderr);
  assert.equal(stdout.match(/content-length: 1234/gi)?.length, 2);
  assert.match(stderr, /Re-using existing connection/);
});

test('curl says that an answer which broke off is not whole', { skip }, async t => {
  const origin = await backend(t, async connection => {
    await connection.request();
    await connection.sendAll('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n');
    connection.close();
  });
  const gateway = await startGateway(t, { backends: [origin.url] });
  for (const version of ['--http1.1', '--http1.0']) {
    const { code } = await curl(t, version, gateway.address);
    assert.ok([18, 52, 56].includes(code!), `${version}: exit status ${code}`);
  }
});

test('curl shows the gateway’s own error', { skip }, async t => {
  const gateway = await startGateway(t, { backends: [await closedPort()] });
  const { stdout, code } = await curl(t, '-i', gateway.address);
  assert.equal(code, 0);
  assert.match(stdout, /^HTTP\/1\.1 502 Bad Gateway\r\n/);
  assert.match(stdout, /\r\n\r\n502 Bad Gateway\n$/);
});

test('curl posts a form, and the backend gets it as it was', { skip }, async t => {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, { backends: [origin.url] });
  const { stdout } = await curl(t, '-d', 'a=1', '-d', 'b=2', `${gateway.address}/form?q=%20`);
  assert.equal(stdout, 'ok');
  const [request] = origin.requests;
  assert.equal(request!.text, 'a=1&b=2');
  assert.equal(request!.target, '/form?q=%20');
  assert.equal(request!.field('content-type'), 'application/x-www-form-urlencoded');
  assert.match(request!.field('user-agent')!, /^curl/);
});

test('curl may use the gateway as an absolute-form proxy for its own host', { skip }, async t => {
  const origin = await backend(t, c => c.always(request => ok(request.field('host')!)));
  const gateway = await startGateway(t, { backends: [origin.url] });
  const { stdout } = await curl(t, '-x', gateway.address, 'http://inner.example/a');
  assert.equal(stdout, 'inner.example');
  assert.equal(origin.requests[0]!.target, '/a');
});
