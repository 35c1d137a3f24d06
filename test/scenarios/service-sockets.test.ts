import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { SocketFile } from '../../src/transport/socket-file.ts';
import { afterwards } from '../support/afterwards.ts';
import { okBackend } from '../support/backend.ts';
import { exchange, get } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { Load } from '../support/load.ts';
import { SERVE, type ServeProcess, serveBy } from '../support/serve-process.ts';
import { asService } from '../support/service-manager.ts';
import { socketPath } from '../support/socket-path.ts';
import { Generations } from '../support/upgrades.ts';

const APP = join(import.meta.dirname, '../support/supervised-app.ts');

/** A socket that was bound to be passed on. */
interface Bound {
  readonly descriptor: number;
  readonly address: string;
  readonly server: Server;
}

/** Binds a socket; `start` closes it here, as it is for others to accept there. */
async function bound(t: TestContext, path?: string): Promise<Bound> {
  const server = createServer();
  const file = path === undefined ? undefined : new SocketFile(path);
  server.listen(file === undefined ? { host: '127.0.0.1', port: 0 } : { path: file.provisional });
  await once(server, 'listening');
  file?.publish();
  afterwards(t, () => server.close());
  const address = server.address() as AddressInfo | null;
  return {
    descriptor: (server as unknown as { _handle: { fd: number } })._handle.fd,
    address: path === undefined ? `http://127.0.0.1:${address!.port}` : `unix:${path}`,
    server,
  };
}

/** Starts a gateway as a service manager does, with sockets of these names. */
function start(
  t: TestContext,
  sockets: readonly Bound[],
  names: string,
  flags: string[],
): Promise<ServeProcess> {
  const descriptors = sockets.map(({ descriptor }) => descriptor);
  const started = serveBy(t, asService([...SERVE, ...flags], sockets.length, names), {}, descriptors);
  for (const { server } of sockets) server.close();
  return started;
}

test('sockets are taken by name and by address, and are still there after an upgrade under load (96)', async t => {
  const origin = await okBackend(t, 'hello');
  const path = socketPath(t);
  const sockets = [await bound(t), await bound(t, path), await bound(t)];
  const port = new URL(sockets[2]!.address).port;
  const listen = ['--listen', 'systemd:web', '--listen', `127.0.0.1:${port}`];
  const gateway = await start(t, sockets, 'web:web:other', [
    ...listen,
    '--backend',
    origin.url,
    '--access-log',
    'off',
  ]);
  const generations = new Generations(t, gateway);
  await eventually('all are there', () => generations.count(/listening on/g) === 3);
  const loads = sockets.map(({ address }) => new Load(t, address, 2));
  await eventually('all are served', () => loads.every(({ answered }) => answered > 20));
  await generations.upgrade();
  await gateway.exited;
  assert.equal(generations.count(/listening on/g), 6);
  for (const load of loads) {
    const { answered } = load;
    await eventually('it is served again', () => load.answered > answered + 20);
    await load.end();
    assert.deepEqual(load.failures, []);
  }
  generations.kill('SIGTERM');
  await eventually('it has ended', () => generations.count(/"msg":"drained"/g) === 2);
  assert.ok(existsSync(path), 'the socket is not ours to remove');
});

test('applications inherit neither the sockets nor the variables', async t => {
  const socket = await bound(t);
  const link = readlinkSync(`/proc/self/fd/${socket.descriptor}`);
  const application = `app=http:${process.execPath} ${APP} {socket}`;
  await start(t, [socket], 'web', ['--listen', 'systemd', '--spawn', application]);
  const pid = (await exchange(t, socket.address, get())).text;
  assert.doesNotMatch(readFileSync(`/proc/${pid}/environ`, 'latin1'), /LISTEN_/);
  const open = readdirSync(`/proc/${pid}/fd`).map(each => readlinkSync(`/proc/${pid}/fd/${each}`));
  assert.ok(!open.includes(link), 'the socket itself is not open in it');
});

test('a socket that nobody asks for is warned of', async t => {
  const origin = await okBackend(t, 'hello');
  const sockets = [await bound(t), await bound(t)];
  const flags = ['--listen', 'systemd:web', '--backend', origin.url];
  const gateway = await start(t, sockets, 'web:spare', flags);
  const at = new URL(sockets[1]!.address).host;
  const warning = `the passed socket ${at} (spare) is used by no --listen; add --listen systemd`;
  await eventually('it is warned of', () => gateway.output.includes(warning));
});

/** `/dev/null`, and a socket for datagrams, as descriptors. */
async function strangers(t: TestContext): Promise<[number, number]> {
  const none = openSync('/dev/null', 'r');
  afterwards(t, () => closeSync(none));
  const datagrams = createSocket('udp4').bind(0, '127.0.0.1');
  afterwards(t, () => datagrams.close());
  await once(datagrams, 'listening');
  return [none, descriptorOf(datagrams)];
}

test('what is no listening socket is refused with its descriptor', async t => {
  const [none, datagrams] = await strangers(t);
  const { descriptor: good } = await bound(t);
  const flags = ['--listen', 'systemd', '--backend', 'http://127.0.0.1:1'];
  const begin = (descriptors: number[], count: number, names = '') =>
    serveBy(t, asService([...SERVE, ...flags], count, names), {}, descriptors);
  await assert.rejects(
    begin([none], 1, 'web'),
    /sluice: LISTEN_FDS: descriptor 3 \(web\) is \/dev\/null and no socket; in the socket unit it takes/,
  );
  await assert.rejects(
    begin([good, datagrams], 2),
    /sluice: LISTEN_FDS: descriptor 4 does not listen for connections; in the socket unit it takes/,
  );
  await assert.rejects(begin([good], 500), /sluice: LISTEN_FDS: descriptor \d+ is not open|and no socket/);
  await assert.rejects(
    begin([good], 5000),
    /sluice: LISTEN_FDS: expected a number of descriptors, got "5000"/,
  );
});

test('sockets for another process are left alone, and --listen systemd says that there are none', async t => {
  const { descriptor } = await bound(t);
  const words = [...SERVE, '--listen', 'systemd', '--backend', 'http://127.0.0.1:1'];
  const started = serveBy(t, words, { LISTEN_PID: '1', LISTEN_FDS: '1' }, [descriptor]);
  await assert.rejects(
    started,
    /sockets were passed to process 1, and this is \d+: .*--listen systemd: no socket was passed/s,
  );
});

function descriptorOf(datagrams: ReturnType<typeof createSocket>): number {
  const state = Object.getOwnPropertySymbols(datagrams).find(symbol => String(symbol).includes('state'))!;
  return (datagrams as unknown as Record<symbol, { handle: { fd: number } }>)[state]!.handle.fd;
}
