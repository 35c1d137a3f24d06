import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { OrderError } from '../../../../src/control.ts';
import { afterwards } from '../../../support/afterwards.ts';
import { eventually } from '../../../support/eventually.ts';
import { socketPath, temporaryFolder } from '../../../support/socket-path.ts';
import { LOOPBACK, startConsole, type TestConsole, unixListen } from '../../admin/console.ts';
import type { Asked } from '../../admin/control.ts';
import { type Ended, runCli, startCli } from '../run-cli.ts';
import { endpoint, gateway, pool } from './statuses.ts';

/** Runs a command against a console. */
function command(t: TestContext, console: TestConsole, ...args: string[]): Promise<Ended> {
  return runCli(t, ...args, '--admin', console.server.address);
}

/** Command lines, what the gateway is asked, and what is printed. */
const COMMANDS: readonly (readonly [args: readonly string[], asked: Asked, stdout: string])[] = [
  [
    ['hold', 'api', '--for', '60s', '--bypass', '/healthz', '--bypass', '/x/*'],
    [
      'hold',
      {
        target: 'api',
        for: 60_000,
        bypass: ['/healthz', '/x/*'],
      },
    ],
    'held: default\n',
  ],
  [['resume', '--pace', '200/s'], ['resume', { pace: 200 }], 'resumed: default; 7 requests waited\n'],
  [['disable', 'api/a:1'], ['disable', 'api/a:1'], 'disabled: api/a:1\n'],
  [['enable', 'a:1'], ['enable', 'a:1'], 'enabled: a:1\n'],
  [
    ['set', 'api', 'max-conns=8', 'balance=hash:query:a=b'],
    ['set', 'api', { 'max-conns': '8', balance: 'hash:query:a=b' }],
    'max-conns: 8, was no limit\n',
  ],
  [['add', 'api', 'http://a:1,weight=2'], ['add', 'api', 'http://a:1,weight=2'], 'added to api: a:1\n'],
  [['restart', 'php'], ['restart', 'php'], 'restarted: php\n'],
  [['reload'], ['reload'], 'reloaded:\n  pool api: new\n'],
  [['upgrade', '--json'], ['upgrade'], '{\n  "pid": 42\n}\n'],
];

for (const [args, asked, stdout] of COMMANDS) {
  test(`a command gives its order, and says what came of it: sluice ${args.join(' ')}`, async t => {
    const console = await startConsole(t);
    assert.deepEqual(await command(t, console, ...args), { status: 0, stdout, stderr: '' });
    assert.deepEqual(console.control.asked, [asked]);
  });
}

for (const [args, asked, done, late] of [
  [
    ['drain', 'a:1', '--wait', '5s'],
    ['drain', 'a:1', { wait: 5000, tunnels: undefined }],
    'drained: a:1\n',
    'sluice: a:1: 3 requests are in flight, 1 of them a tunnel still, after 5s\n',
  ],
  [
    ['remove', 'a:1', '--wait'],
    ['remove', 'a:1', { wait: 24 * 86_400_000, tunnels: undefined }],
    'removed: a:1\n',
    'sluice: a:1: 3 requests are in flight, 1 of them a tunnel still\n',
  ],
  [
    ['hold', 'api', '--wait', '1m'],
    ['quiet', 'api', 60_000],
    'held: default; nothing is in flight any more\n',
    'sluice: 3 requests are in flight, 1 of them a tunnel still, after 1m; the hold stands until sluice resume api\n',
  ],
] as const) {
  test(`a command that waits ends with 0 when it is done, and with 1 if something is left: ${args.join(' ')}`, async t => {
    const console = await startConsole(t);
    for (const left of [0, 3]) {
      const running = command(t, console, ...args);
      await eventually('it waits', () => console.control.waiting === 1);
      assert.deepEqual(console.control.asked.at(-1), asked);
      console.control.finish({ inFlight: left, tunnels: Math.min(1, left) });
      const { status, stdout, stderr } = await running;
      assert.equal(status, left === 0 ? 0 : 1);
      if (left === 0) assert.equal(stdout, done);
      else assert.equal(stderr, late);
    }
  });
}

for (const [args, left, ended] of [
  [
    ['drain', 'a:1'],
    { inFlight: 1, tunnels: 1 },
    { status: 0, stdout: 'drains: a:1; 1 request is in flight, a tunnel\n', stderr: '' },
  ],
  [
    ['drain', 'a:1', '--wait', '5s'],
    { inFlight: 2, tunnels: 2 },
    {
      status: 1,
      stdout: 'drains: a:1\n',
      stderr:
        'sluice: a:1: 2 requests are in flight, 2 of them tunnels still, after 5s; --tunnels D cuts what is left of them after a time\n',
    },
  ],
  [
    ['drain', 'a:1', '--wait', '5s', '--tunnels', '5m'],
    { inFlight: 0, tunnels: 0, cut: 2 },
    { status: 0, stdout: 'drained: a:1; 2 tunnels were cut\n', stderr: '' },
  ],
  [
    ['remove', 'a:1', '--tunnels', '1s'],
    { inFlight: 1, tunnels: 0, cut: 1 },
    {
      status: 1,
      stdout: 'leaves: a:1; 1 tunnel was cut\n',
      stderr: 'sluice: a:1: 1 request is in flight still\n',
    },
  ],
] as const) {
  test(`what is left is said once, and what was cut: ${args.join(' ')}, ${JSON.stringify(left)}`, async t => {
    const console = await startConsole(t);
    const running = command(t, console, ...args);
    await eventually('it waits', () => console.control.waiting === 1);
    console.control.finish(left);
    assert.deepEqual(await running, ended);
  });
}

for (const [what, answer, stdout, stderr] of [
  [
    'there was nothing to resume',
    { resumed: [], waiting: 0 },
    '',
    'nothing was held: a hold with --for has perhaps ended by itself',
  ],
  [
    'a hold had ended by itself',
    { resumed: [], waiting: 0, lapsed: ['api'] },
    '',
    'requests went on before this: the hold of api had ended by itself after its time (--for)',
  ],
  [
    'a hold had ended by itself, and some wait still',
    { resumed: ['api'], waiting: 1, lapsed: ['api'] },
    'resumed: api; 1 request waited\n',
    'requests went on before this: the hold of api had ended by itself after its time (--for)',
  ],
] as const) {
  test(`resume fails where ${what}, so that nobody takes the migration before it for undisturbed`, async t => {
    const console = await startConsole(t);
    console.control.resumed = answer;
    const ended = await command(t, console, 'resume');
    assert.deepEqual(ended, { status: 1, stdout, stderr: `sluice: ${stderr}\n` });
  });
}

test('an interrupted wait ends the wait and not the hold, and says so', async t => {
  const console = await startConsole(t);
  const running = startCli(t, ['hold', 'api', '--wait', '--admin', console.server.address]);
  await eventually('it waits', () => console.control.waiting === 1);
  running.child.kill('SIGINT');
  const { status, stderr } = await running.ended();
  assert.equal(status, 1);
  assert.equal(stderr, 'sluice: interrupted: requests may be held already; sluice resume api ends that\n');
  await eventually('the gateway waits no more', () => console.control.abandoned === 1);
});

test('what the gateway refuses is said in its words: 1, or 2 where it is a mistake of the command line', async t => {
  const console = await startConsole(t);
  console.control.fault = new OrderError('unknown', 'there is no endpoint "b:1"; the nearest is "a:1"');
  const unknown = await command(t, console, 'enable', 'b:1');
  assert.deepEqual(unknown, { status: 1, stdout: '', stderr: `sluice: ${console.control.fault.message}\n` });
  console.control.fault = new OrderError('invalid', 'max-conns: expected a whole number');
  const invalid = await command(t, console, 'set', 'api', 'max-conns=many');
  assert.deepEqual(invalid, {
    status: 2,
    stdout: '',
    stderr: 'sluice: max-conns: expected a whole number\n',
  });
});

test('a configuration that is refused at a reload is named line by line, and the status is 1', async t => {
  const console = await startConsole(t);
  console.control.fault = new OrderError('invalid', 'a.yaml:1: one\na.yaml:2: two');
  const { status, stderr } = await command(t, console, 'reload');
  assert.equal(status, 1);
  assert.equal(
    stderr,
    'sluice: nothing is changed, the configuration is wrong:\n  a.yaml:1: one\n  a.yaml:2: two\n',
  );
});

for (const [args, stderr] of [
  [['hold', '--for', '60'], '--for: expected a duration such as 250ms, 5s, 2m, 1h; got "60"'],
  [
    ['hold', '--wait', 'api'],
    '--wait: expected a duration such as 250ms, 5s, 2m, 1h; got "api"; a name goes before --wait',
  ],
  [
    ['drain', 'a:1', '--tunnels', 'soon'],
    '--tunnels: expected a duration such as 250ms, 5s, 2m, 1h; got "soon"',
  ],
  [['resume', '--pace', '200'], '--pace: expected a pace such as 200/s or 90/m; got "200"'],
  [['set', 'api', 'max-conns'], 'set: expected settings such as max-conns=16; got "max-conns"'],
  [['status', '--admin', '9901'], '--admin: expected an address such as'],
] as const) {
  test(`a mistake is named before a gateway is asked, and the status is 2: sluice ${args.join(' ')}`, async t => {
    const ended = await runCli(t, ...args);
    assert.equal(ended.status, 2);
    assert.ok(ended.stderr.startsWith(`sluice: ${stderr}`), ended.stderr);
  });
}

test('where no gateway answers, the place is named, and what may be the matter', async t => {
  const path = socketPath(t);
  const { status, stderr } = await runCli(t, 'status', '--admin', `unix:${path}`);
  assert.equal(status, 1);
  assert.equal(
    stderr,
    `sluice: no gateway answers at unix:${path}: is it running, and was it started with --admin unix:${path}?\n`,
  );
});

test('a gateway of another version is told by its version where it does not know what is asked, or says what is not known', async t => {
  const refusal = { error: { kind: 'unknown', message: 'no path "/v1/x"' } };
  for (const [status, content, words] of [
    [
      404,
      refusal,
      /^sluice: no path "\/v1\/x" \(the gateway at \S+ is of version 0\.0\.7, and this command of version /,
    ],
    [200, {}, /^sluice: its answer is not understood: the gateway at \S+ is of version 0\.0\.7/],
  ] as const) {
    const server = createServer((_, response) => {
      response.writeHead(status, { Server: 'sluice/0.0.7' }).end(JSON.stringify(content));
    }).listen(0, '127.0.0.1');
    await new Promise(resolve => server.once('listening', resolve));
    afterwards(t, () => server.close());
    const { port } = server.address() as AddressInfo;
    const { status: exit, stderr } = await runCli(t, 'status', '--admin', `127.0.0.1:${port}`);
    assert.equal(exit, 1);
    assert.match(stderr, words);
  }
});

test('what answers and is no gateway is told apart, even by JSON', async t => {
  const server = createServer((_, response) => response.end('{}')).listen(0, '127.0.0.1');
  afterwards(t, () => server.close());
  await new Promise(resolve => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const { status, stderr } = await runCli(t, 'pools', '--admin', `127.0.0.1:${port}`);
  assert.equal(status, 1);
  assert.match(stderr, /what answers there \(status 200\) is no gateway's console/);
});

test('a gateway by TCP is shown the token of a file, and a missing or wrong one is said', async t => {
  const folder = temporaryFolder(t);
  const files = ['right', 'wrong'].map(name => join(folder, name)) as [string, string];
  for (const file of files) {
    writeFileSync(file, file.padEnd(40, '-'));
    chmodSync(file, 0o600);
  }
  const console = await startConsole(t, { listen: LOOPBACK, tokenFile: files[0] });
  assert.equal((await command(t, console, 'reload', '--token-file', files[0])).status, 0);
  const wrong = await command(t, console, 'reload', '--token-file', files[1]);
  assert.match(wrong.stderr, /has another token than that of --token-file/);
  const none = await command(t, console, 'reload');
  assert.match(none.stderr, /wants to be shown its token: give --token-file FILE/);
  assert.deepEqual([wrong.status, none.status], [1, 1]);
});

test('the gateway of this user is found by itself', async t => {
  const folder = temporaryFolder(t);
  await startConsole(t, { listen: unixListen(join(folder, 'sluice.sock')) });
  const { status, stdout } = await startCli(t, ['reload'], { XDG_RUNTIME_DIR: folder }).ended();
  assert.deepEqual([status, stdout], [0, 'reloaded:\n  pool api: new\n']);
});

test('the status of all pools, of one, as a list, and as JSON', async t => {
  const console = await startConsole(t);
  console.control.present = gateway([pool('api', [endpoint('a:1')]), pool('web', [endpoint('b:1')])]);
  const [all, one, list, json] = await Promise.all([
    command(t, console, 'status'),
    command(t, console, 'status', 'api'),
    command(t, console, 'pools'),
    command(t, console, 'status', '--json'),
  ]);
  assert.ok(all.stdout.includes('pool api:') && all.stdout.includes('pool web:'));
  assert.ok(one.stdout.includes('pool api:') && !one.stdout.includes('pool web:'));
  assert.match(list.stdout, /^POOL +UP +GATE.*\napi +1\/1 +open.*\nweb +1\/1 +open/);
  assert.deepEqual(JSON.parse(json.stdout), console.control.present);
});

test('a watched status comes again and again, as JSON one line each', async t => {
  const console = await startConsole(t);
  console.control.present = gateway([pool('api', [endpoint('a:1')])]);
  const running = startCli(t, ['status', '--watch', '--json', '--admin', console.server.address]);
  const [, first, second] = await running.printed(/^(.+)\n(.+)\n/);
  assert.deepEqual([JSON.parse(first!).pid, JSON.parse(second!).pid], [4242, 4242]);
  running.child.kill('SIGINT');
  await running.ended();
});

test('top wants a terminal, and names what does without', async t => {
  const { status, stderr } = await runCli(t, 'top');
  assert.equal(status, 1);
  assert.match(
    stderr,
    /^sluice: top needs a terminal that can move its cursor; sluice status --watch --json/,
  );
});
