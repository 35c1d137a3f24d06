import assert from 'node:assert/strict';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { exchange, get } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { unlessInstalled } from '../support/program.ts';
import { temporaryFolder } from '../support/socket-path.ts';
import { isRunning, type SpawnSetting, supervise } from '../support/supervised.ts';
import { makeUpload, posting } from '../support/upload.ts';

const skip = unlessInstalled('php-cgi');
const skipUwsgi = unlessInstalled('uwsgi', 'uwsgi-plugin-python3');

/** A site whose scripts are run by php-cgi, which the gateway starts as it needs it. */
async function serve(t: TestContext, spawn: SpawnSetting = {}) {
  const root = join(temporaryFolder(t), 'www');
  cpSync(join(import.meta.dirname, 'apps/php'), root, { recursive: true });
  const command = ['php-cgi', '-n', '-d', 'post_max_size=64M', '-d', 'log_errors=1'];
  const site = { root, index: ['index.php'], try: ['{path}', '{path}/', '/index.php'] };
  return { root, gateway: await supervise(t, { command, protocol: 'fcgi', ...spawn }, { site }) };
}

test('php-cgi, started by the gateway, serves a site', { skip }, async t => {
  const { gateway } = await serve(t);
  assert.equal(await gateway.get('/hello.php'), 'hello\n');
  assert.equal(await gateway.get('/some/post'), 'front of /some/post as /index.php\n');
  assert.match(await gateway.get('/style.css'), /^body/);
  const head = await exchange(t, gateway.address, get('/hello.php').replace('GET', 'HEAD'));
  assert.equal(head.field('content-length'), '6');
  const variables = JSON.parse(await gateway.get('/variables.php/more?x=1'));
  assert.equal(variables.SCRIPT_NAME, '/variables.php');
  assert.equal(variables.PATH_INFO, '/more');
});

for (const chunked of [false, true]) {
  const how = chunked ? 'unknown' : 'known';
  test(`php-cgi receives 5 MB of ${how} length whole (57)`, { skip }, async t => {
    const { gateway } = await serve(t);
    const upload = makeUpload(5_000_000);
    const answer = await fetch(`${gateway.address}/upload.php`, posting(upload, chunked));
    const { sha256 } = upload;
    assert.deepEqual(await answer.json(), { announced: 5_000_000, length: 5_000_000, sha256 });
  });
}

test('more php-cgi are started for those who wait, and no more than may be', { skip }, async t => {
  const { gateway, root } = await serve(t, { max: 3 });
  const visits = Array.from({ length: 5 }, () => gateway.get('/stream.php?gate=open'));
  await eventually('three processes serve', () => gateway.states === 'ready ready ready');
  const pids = gateway.processes.map(({ pid }) => pid!);
  writeFileSync(join(root, 'open'), '');
  assert.deepEqual(new Set(await Promise.all(visits)), new Set(['first\nlast\n']));
  assert.equal(new Set(pids).size, 3);
});

test('a php-cgi that dies costs its own request alone, and another takes its place', { skip }, async t => {
  const { gateway } = await serve(t);
  for (let i = 0; i < 2; i++) {
    const pid = Number((await gateway.get('/connection.php')).split(' ')[0]);
    assert.match(await gateway.get('/crash.php'), /^502 /);
    assert.equal(await gateway.get('/hello.php'), 'hello\n');
    assert.equal(isRunning(pid), false);
  }
});

test('a restart puts new php-cgi in the place of all, and costs no request (74)', { skip }, async t => {
  const { gateway } = await serve(t, { min: 2, max: 3 });
  const seen = new Set<string>();
  let stopped = false;
  const visit = async () => {
    while (!stopped) {
      const words = await gateway.get('/connection.php');
      assert.match(words, /^\d+ socket/);
      seen.add(words.split(' ')[0]!);
    }
  };
  const visits = Promise.all([visit(), visit(), visit()]).finally(() => {
    stopped = true;
  });
  visits.catch(() => {});
  await eventually('two processes serve', () => stopped || seen.size >= 2);
  const before = gateway.processes.map(({ pid }) => pid).filter(pid => pid !== null);
  await gateway.gateway.restartApplications();
  await eventually('new ones serve', () => stopped || [...seen].some(pid => !before.includes(Number(pid))));
  stopped = true;
  await visits;
  assert.deepEqual(before.filter(isRunning), []);
  assert.ok(gateway.log.records.every(({ status }) => status === 200));
});

test('what php-cgi says on its error stream stands in the log, and none is left at the end', {
  skip,
}, async t => {
  const { gateway } = await serve(t, { min: 2, max: 2 });
  assert.equal(await gateway.get('/complain.php'), 'sold\n');
  assert.match(JSON.stringify(gateway.log.messages), /the stock is low/);
  const pids = gateway.processes.map(({ pid }) => pid!);
  await gateway.gateway.drain();
  assert.deepEqual(pids.filter(isRunning), []);
});

for (const [protocol, flag] of [
  ['scgi', '--scgi-socket'],
  ['uwsgi', '--socket'],
  ['http', '--http-socket'],
] as const) {
  test(`uWSGI, started by the gateway, serves over ${protocol}`, { skip: skipUwsgi }, async t => {
    const file = join(import.meta.dirname, 'apps/wsgi.py');
    const command = ['uwsgi', '--plugin', 'python3', '--wsgi-file', file, '--need-app', flag, '{socket}'];
    const gateway = await supervise(t, { command: [...command, '--die-on-term'], protocol });
    for (let i = 0; i < 5; i++) assert.equal(await gateway.get('/hello'), 'hello\n');
    const upload = makeUpload(1_000_000);
    const answer = await fetch(`${gateway.address}/upload`, posting(upload, false));
    assert.deepEqual(await answer.json(), { length: 1_000_000, sha256: upload.sha256 });
  });
}
