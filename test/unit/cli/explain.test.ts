import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCli } from './run-cli.ts';

const FLAGS = ['-b', 'http://127.0.0.1:3000', '--pool', 'api=http://127.0.0.1:3001', '--admin', 'off'];

test('explain tells the way of a request in words, and nothing is bound or sent', async t => {
  const words = ['explain', 'GET', 'http://a.test/api/x', ...FLAGS, '--route', 'path=/api/* name=v1 -> api'];
  const { status, stdout, stderr } = await runCli(t, ...words);
  assert.deepEqual([status, stderr], [0, '']);
  assert.match(stdout, /^GET \/api\/x for a\.test, from 127\.0\.0\.1, without TLS\nRoute: v1 \(/);
  assert.match(stdout, /Pool api: .*\n {2}http:\/\/127\.0\.0\.1:3001\n/);
  assert.match(stdout, /time-outs: connect/);
  assert.match(stdout, /\n {2}1\. http:\/\/127\.0\.0\.1:3001$/m);
});

test('explain takes the URL as it is written, and shows control characters instead of printing them', async t => {
  const routes = ['--route', 'path=/admin/* -> api', '--route', '-> default'];
  const { stdout } = await runCli(t, 'explain', 'GET', '/x/../admin%5c/', ...FLAGS, ...routes);
  assert.match(stdout, /^GET \/x\/\.\.\/admin%5c\/ for localhost/);
  assert.match(stdout, /The gateway answers 400 itself: .*different routes/);
});

test('explain says what would be changed in the answer', async t => {
  const route = 'path=/a/* -> api ; prefix /a /b ; response-set X-Way: {path} ; cookie-domain old.test ""';
  const { stdout } = await runCli(t, 'explain', 'GET', '/a/x', ...FLAGS, '--route', route);
  const lines = [
    'without X-Way of the backend',
    'with X-Way: /a/x',
    'cookies with Domain old.test -> (nothing)',
  ];
  for (const line of [...lines, 'for example Location: /b/x -> Location: /a/x'])
    assert.ok(stdout.includes(`\n  ${line}\n`), stdout);
});

test('of many routes that are passed over the nearest are named, and how many others there are', async t => {
  const far = Array.from({ length: 30 }, (_, i) => ['--route', `name=far${i} path=/far/${i} -> api`]).flat();
  const near = [
    '--route',
    'name=near host=localhost header:X-Any=* -> api',
    '--route',
    'method!=GET name=not -> api',
  ];
  const last = ['--route', '-> default'];
  const words = ['explain', 'GET', '/', ...FLAGS, ...near, ...far, ...last];
  const { stdout } = await runCli(t, ...words);
  const section = /Routes passed over:\n((?: {2}.*\n)*)/.exec(stdout)![1]!.trimEnd().split('\n');
  assert.equal(section.length, 11);
  assert.equal(section[0], '  near: only with the header x-any');
  assert.equal(section[9], '  far29: only for path /far/29');
  assert.equal(section[10], '  and 22 others; --json names them all');
  const { passedOver } = JSON.parse((await runCli(t, ...words, '--json')).stdout);
  assert.equal(passedOver.length, 32);
});

test('explain says once where a client is led to, and by what a canary has its share', async t => {
  const flags = [
    '--pool',
    'web=http://127.0.0.1:3000',
    '--pool',
    'next=http://127.0.0.1:3001',
    '--sticky',
    'cookie:home',
  ];
  const route = ['--route', '-> web ; canary next 1% by cookie:sid'];
  const { stdout } = await runCli(t, 'explain', 'GET', '/', ...flags, ...route, '--client', '192.0.2.1');
  assert.equal(stdout.split('home').length, 2, stdout);
  assert.match(stdout, /1% of the requests go to pool next, by cookie:sid\n/);
});

test('explain --json is the whole decision', async t => {
  const words = ['https://a.test/', '-H', 'Host: b.test', '--client', '192.0.2.1', '--json'];
  const { stdout } = await runCli(t, 'explain', 'POST', ...words, ...FLAGS);
  const { request, pool } = JSON.parse(stdout);
  assert.deepEqual(request, {
    method: 'POST',
    host: 'b.test',
    target: '/',
    client: '192.0.2.1',
    secure: true,
  });
  assert.equal(pool, 'default');
});

for (const [words, complaint] of [
  [
    ['GET', 'example.com/x'],
    'URL: expected http://HOST/PATH, https://HOST/PATH or a path such as /; got "example.com/x"',
  ],
  [['GET', '/a b'], 'URL: a URL has no spaces; write %20; got "/a b"'],
  [['G T', '/'], 'METHOD: expected a method such as GET; got "G T"'],
  [['GET', '/', '-H', 'bad header'], `--header "bad header": expected a field such as 'Name: value'`],
  [
    ['GET', '/', '--client', 'localhost'],
    '--client: expected an address such as 192.0.2.7, or unix; got "localhost"',
  ],
] as const) {
  test(`explain ${words.join(' ')} is refused in words`, async t => {
    const { status, stderr } = await runCli(t, 'explain', ...words, ...FLAGS);
    assert.deepEqual([status, stderr], [2, `sluice: ${complaint}\n`]);
  });
}
