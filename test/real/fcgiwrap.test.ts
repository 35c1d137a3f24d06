import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { exchange, get, post } from '../support/client.ts';
import { startFcgiwrap } from '../support/fcgiwrap.ts';
import { startGateway } from '../support/gateway.ts';
import { unlessInstalled } from '../support/program.ts';
import { temporaryFolder } from '../support/socket-path.ts';
import { makeUpload, posting } from '../support/upload.ts';

const skip = unlessInstalled('fcgiwrap', 'perl', 'CGI.pm');

/** The scripts as a site whose `.pl` files fcgiwrap runs. */
async function serve(t: TestContext) {
  const root = join(temporaryFolder(t), 'www');
  cpSync(join(import.meta.dirname, 'apps/cgi-bin'), root, { recursive: true });
  return startGateway(t, {
    backends: [`${await startFcgiwrap(t)},max-conns=2`],
    site: { root, suffixes: ['.pl'] },
  });
}

test('fcgiwrap runs the script that the gateway found, with what follows it as PATH_INFO', {
  skip,
}, async t => {
  const gateway = await serve(t);
  const answer = await exchange(t, gateway.address, get('/variables.pl/more?x=1'));
  assert.match(answer.text, /^SCRIPT_NAME=\/variables\.pl$/m);
  assert.match(answer.text, /^PATH_INFO=\/more$/m);
  assert.match(answer.text, /^QUERY_STRING=x=1$/m);
  assert.equal((await exchange(t, gateway.address, get('/none.pl'))).status, 404);
});

test('a form reaches CGI.pm behind fcgiwrap', { skip }, async t => {
  const gateway = await serve(t);
  const type = 'Content-Type: application/x-www-form-urlencoded';
  assert.equal((await exchange(t, gateway.address, post('/form.pl', 'a=1', type))).text, 'a = 1\n');
});

for (const chunked of [false, true]) {
  const how = chunked ? 'unknown' : 'known';
  // fcgiwrap itself hands over the whole body before it reads what the script prints.
  test(`5 MB of ${how} length go through fcgiwrap to a script (57)`, { skip }, async t => {
    const gateway = await serve(t);
    const upload = makeUpload(5_000_000);
    const answer = await fetch(`${gateway.address}/upload.pl`, posting(upload, chunked));
    const { sha256 } = upload;
    assert.deepEqual(await answer.json(), { announced: 5_000_000, length: 5_000_000, sha256 });
  });
}

test('what a script complains of comes through FastCGI’s error stream to the log (69)', { skip }, async t => {
  const gateway = await serve(t);
  assert.equal((await exchange(t, gateway.address, get('/complain.pl'))).text, 'written\n');
  await gateway.ended(1);
  assert.match(JSON.stringify(gateway.messages), /the disk is slow/);
});
