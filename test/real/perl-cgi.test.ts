import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { exchange, get, post } from '../support/client.ts';
import { startGateway } from '../support/gateway.ts';
import { unlessInstalled } from '../support/program.ts';
import { temporaryFolder } from '../support/socket-path.ts';
import { makeUpload, posting } from '../support/upload.ts';

const skip = unlessInstalled('perl', 'CGI.pm');

/** A copy of the scripts, as a directory behind the gateway. */
async function serve(t: TestContext) {
  const scripts = join(temporaryFolder(t), 'cgi-bin');
  cpSync(join(import.meta.dirname, 'apps/cgi-bin'), scripts, { recursive: true });
  return { scripts, gateway: await startGateway(t, { backends: [`cgi://${scripts}/`] }) };
}

function variablesIn(text: string): Map<string, string> {
  const lines = text.trimEnd().split('\n');
  return new Map(lines.map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

test('CGI.pm reads a form and the query, and sets a cookie', { skip }, async t => {
  const { gateway } = await serve(t);
  const type = 'Content-Type: application/x-www-form-urlencoded';
  const answer = await exchange(t, gateway.address, post('/form.pl', 'name=Ann+B&x=1&x=2', type));
  assert.equal(answer.status, 200);
  assert.equal(answer.text, 'name = Ann B\nx = 1 and 2\n');
  assert.match(answer.field('set-cookie')!, /^seen=yes/);
  assert.equal((await exchange(t, gateway.address, get('/form.pl?a=%26'))).text, 'a = &\n');
});

test('CGI.pm receives a file of a multipart form', { skip }, async t => {
  const { gateway } = await serve(t);
  const form = new FormData();
  form.set('file', new Blob([new Uint8Array(makeUpload(300_000).bytes)]), 'a.bin');
  const answer = await fetch(`${gateway.address}/form.pl`, { method: 'POST', body: form });
  assert.equal(await answer.text(), 'file = a.bin of 300000 bytes\n');
});

for (const chunked of [false, true]) {
  const how = chunked ? 'unknown' : 'known';
  test(`a script that prints while it reads gives back 5 MB of ${how} length (57, 73)`, { skip }, async t => {
    const { gateway } = await serve(t);
    const upload = makeUpload(5_000_000);
    const answer = await fetch(`${gateway.address}/echo.pl`, posting(upload, chunked));
    assert.equal(answer.headers.get('content-length'), '5000000');
    assert.ok(Buffer.from(await answer.arrayBuffer()).equals(upload.bytes));
  });
}

test('a script has a clean environment and its own directory, and no shell reads its name (54, 56)', {
  skip,
}, async t => {
  const { gateway, scripts } = await serve(t);
  process.env['SLUICE_TEST_SECRET'] = 'in the environment of the gateway';
  t.after(() => delete process.env['SLUICE_TEST_SECRET']);
  const answer = await exchange(t, gateway.address, get('/variables.pl/a/b%20c?$(id)+x'));
  const variables = variablesIn(answer.text);
  assert.equal(variables.get('SCRIPT_NAME'), '/variables.pl');
  assert.equal(variables.get('PATH_INFO'), '/a/b c');
  assert.equal(variables.get('QUERY_STRING'), '$(id)+x');
  assert.equal(variables.get('REQUEST_METHOD'), 'GET');
  assert.equal(variables.get('GATEWAY_INTERFACE'), 'CGI/1.1');
  assert.equal(variables.get('directory'), scripts);
  assert.equal(variables.get('SLUICE_TEST_SECRET'), undefined);
  assert.doesNotMatch(answer.text, /uid=/);
});

test('statuses, redirects and whole HTTP heads of scripts are understood (58, 60)', { skip }, async t => {
  const { gateway } = await serve(t);
  const missing = await exchange(t, gateway.address, get('/missing.pl'));
  assert.equal(missing.status, 404);
  assert.equal(missing.text, 'nobody home\n');
  const moved = await exchange(t, gateway.address, get('/moved.pl'));
  assert.equal(moved.status, 302);
  assert.equal(moved.field('location'), 'https://elsewhere.example/new');
  const raw = await exchange(t, gateway.address, get('/nph-hello.pl'));
  assert.equal(raw.status, 203);
  assert.equal(raw.text, 'raw\n');
});

test('a local redirect is followed inside, as GET (59)', { skip }, async t => {
  const { gateway } = await serve(t);
  const answer = await exchange(t, gateway.address, post('/local.pl', 'a=1'));
  assert.equal(answer.status, 200);
  const variables = variablesIn(answer.text);
  assert.equal(variables.get('REQUEST_METHOD'), 'GET');
  assert.equal(variables.get('PATH_INFO'), '/by/redirect');
  assert.equal(variables.get('QUERY_STRING'), 'from=local');
  assert.equal(variables.get('CONTENT_LENGTH'), '0');
  assert.equal(variables.get('CONTENT_TYPE'), undefined);
});

test('what a script says on its error stream stands in the log with the request’s id (77)', {
  skip,
}, async t => {
  const { gateway } = await serve(t);
  const answer = await exchange(t, gateway.address, get('/complain.pl'));
  assert.equal(answer.text, 'written\n');
  const [record] = await gateway.ended(1);
  const reports = gateway.messages.filter(({ message }) => message === 'the backend reports');
  const said = reports.map(({ facts }) => facts['text']).join('\n');
  assert.match(said, /the disk is slow/);
  assert.match(said, /the disk is full/);
  assert.ok(reports.every(({ facts }) => facts['id'] === record!.id));
});

test('a script that prints nothing is a 502 (62)', { skip }, async t => {
  const { gateway } = await serve(t);
  assert.equal((await exchange(t, gateway.address, get('/silent.pl'))).status, 502);
});

test('only programs inside the directory run', { skip }, async t => {
  const { gateway } = await serve(t);
  const outside = ['/../php/hello.php', '/%2e%2e/wsgi.py', '/..%2fwsgi.py', '/form.pl%00'];
  for (const path of [...outside, '/notes.txt', '/none.pl', '/']) {
    const { status } = await exchange(t, gateway.address, get(path));
    assert.ok([400, 403, 404].includes(status), `${path}: ${status}`);
  }
});
