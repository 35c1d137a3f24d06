import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { exchange, get, post } from '../support/client.ts';
import type { Setting } from '../support/config.ts';
import { startGateway } from '../support/gateway.ts';
import { type ScgiApp, scgiApp } from '../support/scgi-app.ts';
import { makeTree } from '../support/tree.ts';

const FILES = {
  'index.php': '',
  'foo.jpg': 'picture',
  'app/run.php': '',
  'app/index.php': '',
  'caf\u00e9.php': '',
};

interface Running {
  readonly root: string;
  readonly address: string;
  readonly app: ScgiApp;
}

/** A gateway with a site whose scripts an SCGI application is to run. */
async function site(t: TestContext, setting: Partial<Setting> = {}): Promise<Running> {
  const root = makeTree(t, FILES);
  const app = await scgiApp(t);
  const { address } = await startGateway(t, {
    backends: [app.url],
    ...setting,
    site: { root, index: ['index.php'], try: ['{path}', '{path}/', '/index.php'], ...setting.site },
  });
  return { root, address, app };
}

/** The variables that say what is to be run, for one request. */
async function told(t: TestContext, { address, app, root }: Running, target: string): Promise<object> {
  const answer = await exchange(t, address, get(target));
  assert.equal(answer.status, 200, target);
  const variables = app.requests.at(-1)!;
  assert.equal(variables.get('REQUEST_URI'), target);
  assert.equal(variables.get('DOCUMENT_ROOT'), root);
  assert.ok(variables.get('SCRIPT_FILENAME')!.startsWith(`${root}/`));
  return {
    file: variables.get('SCRIPT_FILENAME')!.slice(root.length),
    name: variables.get('SCRIPT_NAME'),
    info: variables.get('PATH_INFO') ?? '',
    query: variables.get('QUERY_STRING'),
  };
}

test('a script that exists is run, and what follows it in the path is for it (52, 54)', async t => {
  const running = await site(t);
  const run = '/app/run.php';
  assert.deepEqual(await told(t, running, run), { file: run, name: run, info: '', query: '' });
  assert.deepEqual(await told(t, running, `${run}/a%20b/c.php?d=/e`), {
    file: run,
    name: run,
    info: '/a b/c.php',
    query: 'd=/e',
  });
});

test('a picture is never run, whatever follows it (52)', async t => {
  const running = await site(t);
  for (const target of ['/foo.jpg/x.php', '/foo.jpg/.php', '/foo.jpg%20/x.php'])
    await exchange(t, running.address, get(target));
  for (const variables of running.app.requests)
    assert.equal(variables.get('SCRIPT_FILENAME'), `${running.root}/index.php`);
});

test('a path that could be cut short is refused before anything is run (52, 53, 75)', async t => {
  const running = await site(t);
  for (const target of [
    '/foo.jpg%00.php',
    '/foo.jpg%0a.php',
    '/app/run.php%0a/x',
    '/app/run.php/%00',
    '/app%2frun.php',
    '/app/run.php/..%2f..%2fetc',
    '/../../etc/passwd',
    '/%2e%2e/%2e%2e/etc/x.php',
  ]) {
    const answer = await exchange(t, running.address, get(target));
    assert.equal(answer.status, 400, target);
  }
  assert.equal(running.app.requests.length, 0);
});

test('suffixes are compared by the case of ASCII letters alone (53)', async t => {
  const running = await site(t);
  await exchange(t, running.address, get('/app/RUN.%D0%A0HP'));
  assert.equal(running.app.requests[0]!.get('SCRIPT_FILENAME'), `${running.root}/index.php`);
});

test('a directory with an index script runs it, and any other path goes to the front controller', async t => {
  const running = await site(t);
  const front = { file: '/index.php', name: '/index.php', info: '', query: '' };
  const index = '/app/index.php';
  assert.deepEqual(await told(t, running, '/'), front);
  assert.deepEqual(await told(t, running, '/app/'), { file: index, name: index, info: '', query: '' });
  assert.deepEqual(await told(t, running, '/a/pretty/page?x=1'), { ...front, query: 'x=1' });
  assert.equal((await exchange(t, running.address, get('/app'))).field('location'), '/app/');
});

test('a POST reaches its script with its body', async t => {
  const running = await site(t);
  assert.equal((await exchange(t, running.address, post('/app/run.php', 'abc'))).status, 200);
  assert.equal(running.app.requests[0]!.get('CONTENT_LENGTH'), '3');
  assert.equal((await exchange(t, running.address, post('/foo.jpg', 'abc'))).status, 405);
});

test('names of scripts are bytes', async t => {
  const running = await site(t);
  const name = '/caf\xc3\xa9.php';
  assert.deepEqual(await told(t, running, '/caf%c3%a9.php/x'), { file: name, name, info: '/x', query: '' });
});

test('with one script for everything, no file is looked at and the path is for the script', async t => {
  const running = await site(t, { site: { script: '/run-all.cgi' } });
  const run = '/run-all.cgi';
  for (const [target, info] of [
    ['/', '/'],
    ['/foo.jpg', '/foo.jpg'],
    ['/.git/x%20y', '/.git/x y'],
    ['/run-all.cgi', ''],
    ['/run-all.cgi/a', '/a'],
  ] as const)
    assert.deepEqual(await told(t, running, target), { file: run, name: run, info, query: '' });
});

test('below a mount point paths are those of the root, and names keep the mount', async t => {
  const running = await site(t, { mount: '/blog' });
  const run = '/app/run.php';
  assert.deepEqual(await told(t, running, `/blog${run}/x`), {
    file: run,
    name: `/blog${run}`,
    info: '/x',
    query: '',
  });
  assert.equal((await exchange(t, running.address, get('/blog'))).field('location'), '/blog/');
  assert.equal((await exchange(t, running.address, get('/blog/foo.jpg'))).text, 'picture');
});

test('an application that speaks SCGI gets what was not found, unless a status or a script ends the list', async t => {
  const running = await site(t, { site: { try: ['{path}'] } });
  assert.equal((await exchange(t, running.address, get('/foo.jpg'))).text, 'picture');
  assert.equal((await exchange(t, running.address, get('/a/b'))).status, 200);
  assert.equal(running.app.requests[0]!.get('PATH_INFO'), '/a/b');
  assert.equal(running.app.requests[0]!.get('SCRIPT_NAME'), '');
  const ended = await site(t, { site: { try: ['{path}', '=404'] } });
  assert.equal((await exchange(t, ended.address, get('/a/b'))).status, 404);
});

test('a script that the configuration names need not lie here where the application has a root of its own', async t => {
  const root = makeTree(t, { 'foo.jpg': 'picture' });
  const app = await scgiApp(t);
  const { address } = await startGateway(t, {
    backends: [`${app.url},docroot=/srv/app`],
    site: { root, try: ['{path}', '/front.php'] },
  });
  assert.equal((await exchange(t, address, get('/foo.jpg'))).text, 'picture');
  assert.equal((await exchange(t, address, get('/a/b'))).text, 'ran /srv/app/front.php');
});

test('a local redirect leads to files and scripts like any other path', async t => {
  const root = makeTree(t, FILES);
  const app = await scgiApp(t, variables =>
    variables.get('SCRIPT_NAME') === '/index.php'
      ? `Location: ${variables.get('QUERY_STRING')}\r\n\r\n`
      : `Content-Type: text/plain\r\n\r\n${variables.get('SCRIPT_NAME')}${variables.get('PATH_INFO') ?? ''}`,
  );
  const { address } = await startGateway(t, { backends: [app.url], site: { root, index: ['index.php'] } });
  assert.equal((await exchange(t, address, get('/?/foo.jpg'))).text, 'picture');
  assert.equal((await exchange(t, address, post('/?/foo.jpg', 'x'.repeat(100_000)))).text, 'picture');
  assert.equal((await exchange(t, address, get('/?/app/run.php/x'))).text, '/app/run.php/x');
  assert.equal((await exchange(t, address, get('/?/.env'))).status, 404);
});
