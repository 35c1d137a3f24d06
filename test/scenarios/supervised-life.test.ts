import assert from 'node:assert/strict';
import { chownSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Gateway } from '../../src/gateway.ts';
import { eventually } from '../support/eventually.ts';
import { MemoryLog } from '../support/memory-log.ts';
import { temporaryFolder } from '../support/socket-path.ts';
import { isRunning, spawnConfig, supervise } from '../support/supervised.ts';

test('a request that comes before the application is ready waits for it', async t => {
  const g = await supervise(t, {});
  assert.equal(g.states, 'starting');
  assert.equal(await g.get('/'), String(g.processes[0]!.pid));
  assert.equal(g.states, 'ready');
});

test('an application on a port is found at the port that was picked for it', async t => {
  const command = [process.execPath, join(import.meta.dirname, '../support/supervised-app.ts'), '{port}'];
  const g = await supervise(t, { command });
  const { environment, arguments: words } = JSON.parse(await g.get('/environment'));
  assert.match(environment.PORT, /^\d+$/);
  assert.deepEqual(words, [environment.PORT]);
  assert.equal(environment.SOCKET, undefined);
});

test('an application has a clean environment, what was set for it, and its directory (56)', async t => {
  process.env['A_SECRET'] = 'of the gateway';
  t.after(() => delete process.env['A_SECRET']);
  const g = await supervise(t, { directory: '/usr', environment: { MODE: 'test', AT: 'unix:{socket}' } });
  const { environment, directory, arguments: words } = JSON.parse(await g.get('/environment'));
  assert.equal(environment.A_SECRET, undefined);
  assert.equal(environment.MODE, 'test');
  assert.equal(environment.AT, `unix:${environment.SOCKET}`);
  assert.equal(environment.PATH, process.env['PATH']);
  assert.equal(directory, '/usr');
  assert.deepEqual(words, [environment.SOCKET]);
});

test('the gateway stops its applications, what they have started, and removes their sockets', async t => {
  const g = await supervise(t, { min: 2, max: 2 });
  const child = Number(await g.get('/child'));
  const pids = g.processes.map(({ pid }) => pid!);
  assert.ok(isRunning(child));
  await g.gateway.drain();
  assert.equal(g.states, 'stopped stopped');
  assert.deepEqual([...pids, child].filter(isRunning), []);
  assert.equal(existsSync(join(g.folder, 'run')), false);
});

test('an application that ignores TERM is killed', async t => {
  const g = await supervise(t, { environment: { STUBBORN: '1' }, stopTimeout: 100 });
  const pid = Number(await g.get('/'));
  await g.gateway.drain();
  assert.equal(isRunning(pid), false);
});

test('what is in flight when the gateway is to end is finished before its application ends', async t => {
  const g = await supervise(t, {});
  const pid = await g.get('/');
  const slow = g.get('/?ms=300');
  await eventually('it is in flight', () => g.inFlight === 1);
  assert.deepEqual(await g.gateway.drain(), { finished: 1, cut: 0 });
  assert.equal(await slow, pid);
});

test('an application that does not end is killed when the shutdown time-out is over', async t => {
  const spawn = { environment: { STUBBORN: '1' }, stopTimeout: 600_000 };
  const g = await supervise(t, spawn, { shutdownTimeout: 100 });
  const pid = Number(await g.get('/'));
  await g.gateway.drain();
  assert.equal(isRunning(pid), false);
});

test('what an application prints stands in the log, with its name, line by line', async t => {
  const g = await supervise(t, {});
  await g.get('/print?text=hello&lines=2');
  const said = (): unknown[] => g.said('the application prints').map(({ facts }) => facts);
  await eventually('both lines stand in the log', () => said().length === 2);
  assert.deepEqual(said(), [
    { pool: 'app', process: 'app/1', stream: 'stdout', text: 'hello 0' },
    { pool: 'app', process: 'app/1', stream: 'stdout', text: 'hello 1' },
  ]);
});

test('an application that prints without end does not fill the log', async t => {
  const g = await supervise(t, {});
  await g.get('/print?text=noise&lines=10000');
  await eventually('lines were left out', () => g.said('the application prints more').length > 0);
  const written = g.said('the application prints').length;
  assert.ok(written < 1000, `${written} lines were written`);
});

test('an application that cannot be run is a mistake, named before anything is bound', async t => {
  await assert.rejects(
    supervise(t, { command: ['no-such-program'] }),
    /pool app: no program no-such-program in .*install it/,
  );
  await assert.rejects(
    supervise(t, { command: ['/etc/passwd'] }),
    /pool app: \/etc\/passwd .*may not be executed/,
  );
  await assert.rejects(supervise(t, { directory: '/no/such' }), /pool app: \/no\/such.*is no directory/);
  await assert.rejects(
    supervise(t, { user: 'nobody-at-all' }),
    /pool app: there is no user nobody-at-all in \/etc\/passwd/,
  );
});

const PERL_APP = `
  use IO::Socket::UNIX;
  $SIG{PIPE} = 'IGNORE';
  my $server = IO::Socket::UNIX->new(Local => $ENV{SOCKET}, Listen => 5) or die "cannot listen: $!";
  while (my $client = $server->accept) {
    while (<$client>) { last if /^\\r?$/ }
    print $client "HTTP/1.0 200 OK\\r\\n\\r\\n$< $ENV{USER} $ENV{HOME}";
    close $client;
  }
`;

const skip = process.getuid?.() === 0 ? false : 'only root may start processes of other users';

test('an application of another user binds its own socket, where only that user may', { skip }, async t => {
  const g = await supervise(t, { command: ['perl', '-e', PERL_APP, '{socket}'], user: 'nobody' });
  assert.equal(await g.get('/'), '65534 nobody /nonexistent');
  const { uid, mode } = statSync(join(g.folder, 'run/app'));
  assert.deepEqual([uid, mode & 0o777], [65534, 0o700]);
  assert.equal(statSync(join(g.folder, 'run')).uid, 0);
});

test('a directory for sockets that others may write to is refused', { skip }, async t => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'run'));
  chownSync(join(folder, 'run'), 65534, 65534);
  const gateway = new Gateway(spawnConfig({}, folder), new MemoryLog());
  await assert.rejects(gateway.start(), /run, where sockets are to lie, can be written by others; remove it/);
});
