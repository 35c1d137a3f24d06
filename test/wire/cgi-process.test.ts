import assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { addScript, cgiFolder, processesOf } from '../support/cgi-scripts.ts';
import { exchange, get } from '../support/client.ts';
import { startGateway } from '../support/gateway.ts';

const NAMES = 'echo "Content-Type: text/plain"; echo; echo "$SCRIPT_NAME|$PATH_INFO"';

test('the first segment that is a file is the script, and what follows is PATH_INFO', async t => {
  const folder = cgiFolder(t, { top: NAMES, 'a/b/deep': NAMES });
  const gateway = await startGateway(t, { backends: [`cgi://${folder}/`] });
  for (const [path, names] of [
    ['/top', '/top|'],
    ['/top/', '/top|/'],
    ['/top/x//y', '/top|/x//y'],
    ['/a/b/deep/top', '/a/b/deep|/top'],
    ['//a///b/deep/x', '/a/b/deep|/x'],
    ['/%74op/%41', '/top|/A'],
    ['/top?/a/b', '/top|'],
  ]) {
    assert.equal((await exchange(t, gateway.address, get(path))).text, `${names}\n`, path);
  }
});

test('below a mount scripts are found without it, and told with it', async t => {
  const folder = cgiFolder(t, { top: NAMES });
  const gateway = await startGateway(t, { backends: [`cgi://${folder}/`], mount: '/cgi-bin' });
  assert.equal((await exchange(t, gateway.address, get('/cgi-bin/top/x'))).text, '/cgi-bin/top|/x\n');
  for (const path of ['/top', '/cgi-bin', '/cgi-bin/', '/cgi-bintop'])
    assert.equal((await exchange(t, gateway.address, get(path))).status, 404, path);
});

test('a directory without a slash at its end is one all the same', async t => {
  const folder = cgiFolder(t, { top: NAMES });
  const gateway = await startGateway(t, { backends: [`cgi://${folder}`] });
  assert.equal((await exchange(t, gateway.address, get('/top'))).text, '/top|\n');
});

test('what is no script, or none that is meant to be run, is not found', async t => {
  const folder = cgiFolder(t, {
    'dir/inside': NAMES,
    '.hidden': NAMES,
    '.git/hook': NAMES,
    'script~': NAMES,
    'script.bak': NAMES,
    '#script#': NAMES,
  });
  const gateway = await startGateway(t, { backends: [`cgi://${folder}/`] });
  const paths = [
    '/',
    '/nothing',
    '/dir',
    '/dir/',
    '/dir/nothing/inside',
    '/.hidden',
    '/.git/hook',
    '/script~',
  ];
  for (const path of [...paths, '/script.bak/x', '/%23script%23', `/${'a'.repeat(300)}`])
    assert.equal((await exchange(t, gateway.address, get(path))).status, 404, path);
});

test('a file that may not be executed is forbidden, and what lies below it is, too (56)', {
  skip: false,
}, async t => {
  const folder = cgiFolder(t, {});
  writeFileSync(`${folder}/data.txt`, 'secret');
  chmodSync(`${folder}/data.txt`, 0o644);
  const gateway = await startGateway(t, { backends: [`cgi://${folder}/`] });
  for (const path of ['/data.txt', '/data.txt/more']) {
    const answer = await exchange(t, gateway.address, get(path));
    assert.equal(answer.status, 403, path);
    assert.doesNotMatch(answer.text, /secret/);
  }
  assert.match(
    (await gateway.ended(2))[0]!.detail,
    /data\.txt may not be executed by the gateway; chmod \+x it/,
  );
});

test('a path that leads out of the directory, or has two readings, is refused (13, 53)', async t => {
  const outer = cgiFolder(t, { outside: NAMES, 'bin/inside': NAMES });
  const gateway = await startGateway(t, { backends: [`cgi://${outer}/bin/`] });
  for (const path of [
    '/../outside',
    '/%2e%2e/outside',
    '/.%2E/outside',
    '/inside/../../outside',
    '/..%2foutside',
    '/..%5coutside',
    '/inside%00',
    '/inside%0a',
    '/inside/%00/x',
    '/inside%2fx',
    '/inside/%zz',
  ]) {
    assert.equal((await exchange(t, gateway.address, get(path))).status, 400, path);
  }
  assert.deepEqual(processesOf(outer), []);
});

test('symbolic links are followed, or not at all, or to files of the link’s owner', async t => {
  const folder = cgiFolder(t, { 'bin/real': NAMES, 'elsewhere/other': NAMES });
  symlinkSync('../elsewhere/other', `${folder}/bin/file-link`);
  symlinkSync('../elsewhere', `${folder}/bin/folder-link`);
  const foreign = addScript(folder, 'elsewhere/foreign', NAMES);
  symlinkSync('../elsewhere/foreign', `${folder}/bin/foreign-link`);
  const root = process.getuid!() === 0;
  if (root) chownSync(foreign, 65534, 65534);
  mkdirSync(`${folder}/links`);
  symlinkSync('../bin', `${folder}/links/bin`);
  const status = async (symlinks: 'yes' | 'no' | 'same-owner', path: string) => {
    const gateway = await startGateway(t, { backends: [`cgi://${folder}/bin/`], symlinks });
    return (await exchange(t, gateway.address, get(path))).status;
  };
  for (const path of ['/file-link', '/folder-link/other', '/foreign-link', '/real'])
    assert.equal(await status('yes', path), 200, path);
  assert.equal(await status('no', '/real'), 200);
  for (const path of ['/file-link', '/folder-link/other']) assert.equal(await status('no', path), 404, path);
  assert.equal(await status('same-owner', '/file-link'), 200);
  if (root) assert.equal(await status('same-owner', '/foreign-link'), 404);
  const linked = await startGateway(t, { backends: [`cgi://${folder}/links/bin/`], symlinks: 'no' });
  assert.equal((await exchange(t, linked.address, get('/real'))).status, 200);
});

test('a program that is not there means 502, and the log says what is missing', async t => {
  const folder = cgiFolder(t, { plain: NAMES });
  chmodSync(`${folder}/plain`, 0o644);
  for (const [name, words] of [
    ['nowhere', /cannot run .*nowhere: .*is not there \(ENOENT\)/],
    ['plain', /cannot run .*plain: the gateway may not execute it.*\(EACCES\)/],
  ] as const) {
    const gateway = await startGateway(t, { backends: [`cgi://${folder}/${name}`] });
    const answer = await exchange(t, gateway.address, get());
    assert.equal(answer.status, 502);
    assert.match(answer.field('proxy-status')!, /error=connection_refused/);
    assert.match((await gateway.ended(1))[0]!.detail, words);
  }
});

test('a script without its interpreter is answered 502 at once, and counts against nobody', async t => {
  const folder = cgiFolder(t, { broken: '#!/no/such/interpreter', whole: NAMES });
  const gateway = await startGateway(t, { backends: [`cgi://${folder}/`, `cgi://${folder}`] });
  for (let i = 0; i < 4; i++) {
    const answer = await exchange(t, gateway.address, get('/broken'));
    assert.equal(answer.status, 502);
  }
  for (const { reason, attempts, detail } of await gateway.ended(4)) {
    assert.equal(reason, 'program_broken');
    assert.equal(attempts.length, 1);
    assert.match(detail, /broken: .*interpreter that its first line names is not there \(ENOENT\)/);
  }
  assert.deepEqual(
    gateway.messages.filter(({ level }) => level === 'warn'),
    [],
  );
  assert.equal((await exchange(t, gateway.address, get('/whole'))).status, 200);
});

test('a request that makes too large an environment is refused as such', async t => {
  const folder = cgiFolder(t, { top: NAMES });
  const limits = { headBytes: 400_000, fieldCount: 8 };
  const gateway = await startGateway(t, { backends: [`cgi://${folder}/`], limits });
  const answer = await exchange(t, gateway.address, get('/top', `X-Large: ${'x'.repeat(300_000)}`));
  assert.equal(answer.status, 431);
});

test('a program of the backend is never sent as a file, whatever its name ends in', async t => {
  const folder = cgiFolder(t, { 'site/bin/tool.pl': NAMES, 'site/bin/run.sh': NAMES, 'site/open.pl': NAMES });
  writeFileSync(`${folder}/site/bin/plain.css`, 'css', { mode: 0o644 });
  for (const backend of ['site/bin/', 'site/bin', 'site/bin/tool.pl']) {
    const gateway = await startGateway(t, {
      backends: [`cgi://${folder}/${backend}`],
      site: { root: `${folder}/site`, suffixes: ['.sh'] },
    });
    assert.equal((await exchange(t, gateway.address, get('/bin/tool.pl'))).status, 404, backend);
    assert.match((await gateway.ended(1))[0]!.detail, /tool\.pl" is a program, .*script-suffix/);
    assert.equal((await exchange(t, gateway.address, get('/bin/plain.css'))).text, 'css');
    assert.equal((await exchange(t, gateway.address, get('/open.pl'))).status, 200);
  }
});

test('with a document root and a directory of programs, only scripts in the directory run', async t => {
  const folder = cgiFolder(t, { 'site/bin/tool.cgi': NAMES, 'site/other.cgi': NAMES });
  const gateway = await startGateway(t, {
    backends: [`cgi://${folder}/site/bin/`],
    site: { root: `${folder}/site`, suffixes: ['.cgi'] },
  });
  assert.equal((await exchange(t, gateway.address, get('/bin/tool.cgi/x'))).text, '/bin/tool.cgi|/x\n');
  assert.equal((await exchange(t, gateway.address, get('/other.cgi'))).status, 404);
});
