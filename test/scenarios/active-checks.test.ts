import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Dialect } from '../protocols/dialect.ts';
import { DIALECTS, encode, origin as originOf, reply } from '../protocols/stage.ts';
import { afterwards } from '../support/afterwards.ts';
import { type Backend, backend, ok, okBackend } from '../support/backend.ts';
import { cgiFolder } from '../support/cgi-scripts.ts';
import { connect, exchange, get } from '../support/client.ts';
import type { Setting } from '../support/config.ts';
import { eventually } from '../support/eventually.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { temporaryFolder } from '../support/socket-path.ts';

const OFTEN = { path: '/health', interval: 20, timeout: 1000, rise: 1, fall: 1 };

function endpoint(gateway: RunningGateway, index = 0) {
  return gateway.gateway.status().pools[0]!.endpoints[index]!;
}

function reasons(gateway: RunningGateway): unknown[] {
  return gateway.messages.filter(({ level }) => level === 'warn').map(({ facts }) => facts['reason']);
}

/** Resolves once the endpoint has been in that state and checked since it came about. */
function becomes(gateway: RunningGateway, state: string, index = 0): Promise<void> {
  return eventually(`an endpoint is ${state}`, () => {
    const { check, state: now } = endpoint(gateway, index);
    return check !== null && now === state;
  });
}

/** A gateway that checks one backend. */
async function checking(t: TestContext, origin: Backend, check: Setting['check'] = {}, url = origin.url) {
  return startGateway(t, { backends: [url], check: { ...OFTEN, ...check } });
}

/** An application that answers with the status of the moment, on a connection for each request if it cannot keep one. */
function application(t: TestContext, dialect: Dialect, answer: { status: number }): Promise<Backend> {
  return originOf(t, dialect, async connection => {
    do {
      const { target } = await dialect.read(connection);
      const body = Buffer.from(`seen ${target}`);
      reply(connection, dialect, encode(dialect, { status: answer.status, body }));
    } while (dialect.reusable);
  });
}

for (const dialect of DIALECTS) {
  test(`a check goes down and up with what the application answers: ${dialect.name}`, async t => {
    const answer = { status: 200 };
    const origin = await application(t, dialect, answer);
    const gateway = await checking(t, origin, { body: 'seen /health' }, dialect.url(origin.port));
    await becomes(gateway, 'up');
    answer.status = 500;
    await becomes(gateway, 'down');
    assert.equal(endpoint(gateway).why, 'check failed: status 500, wanted 200-399');
    answer.status = 200;
    await becomes(gateway, 'up');
    assert.equal(endpoint(gateway).check!.words, 'status 200');
    const { address } = gateway;
    assert.equal((await exchange(t, address, get('/x'))).text, 'seen /x');
    const records = await gateway.ended(1);
    assert.deepEqual(
      records.map(({ target }) => target),
      ['/x'],
      'checks are not in the access log',
    );
    assert.equal(gateway.gateway.status().exchanges.total, 1);
  });
}

test('checks keep no connection, neither busy nor idle', async t => {
  const origin = await okBackend(t);
  const gateway = await checking(t, origin);
  await eventually('some checks have been made', () => origin.requests.length >= 5);
  await eventually('their connections are closed', () => origin.open <= 1);
  assert.equal(endpoint(gateway).idleConnections, 0);
  assert.equal(origin.connections.length >= 5, true, 'each has a connection of its own');
  assert.equal(origin.requests[0]!.field('connection'), 'close');
  assert.equal(origin.requests[0]!.field('user-agent'), 'sluice-check');
  assert.equal(origin.requests[0]!.field('host'), `127.0.0.1:${origin.port}`);
});

test('a request is served while all checks of a busy backend wait', async t => {
  const origin = await backend(t, async connection => {
    for (;;) {
      const { target } = await connection.request();
      if (target !== '/health') connection.send(ok('served'));
    }
  });
  const gateway = await startGateway(t, {
    backends: [origin.url],
    maxConns: 1,
    check: { ...OFTEN, timeout: 60_000 },
  });
  await origin.connection(0);
  assert.equal((await exchange(t, gateway.address, get())).text, 'served');
});

test('a backend that hangs is down after the time-out, in words that say so', async t => {
  const origin = await backend(t, connection => connection.request());
  const gateway = await checking(t, origin, { timeout: 30 });
  await becomes(gateway, 'down');
  assert.deepEqual(reasons(gateway), ['check failed: no answer within 30ms']);
  await eventually('the connection is closed', () => origin.connections[0]!.ending !== undefined);
});

test('a backend that answers garbage is down', async t => {
  const origin = await backend(t, async connection => {
    await connection.request();
    connection.send('\u0001\u0002 garbage\r\n\r\n');
  });
  const gateway = await checking(t, origin);
  await becomes(gateway, 'down');
  assert.match(String(reasons(gateway)[0]), /^check failed: ./);
});

test('a body without an end is no trouble: so much of it is read, and no more', async t => {
  const origin = await backend(t, async connection => {
    await connection.request();
    connection.send('HTTP/1.1 200 OK\r\n\r\n');
    while (!connection.ending) {
      connection.send(Buffer.alloc(16_384, 'x'));
      await new Promise(resolve => setImmediate(resolve));
    }
  });
  const gateway = await checking(t, origin, { body: 'well' });
  await becomes(gateway, 'down');
  assert.deepEqual(reasons(gateway), [
    'check failed: status 200, but the first 65536 bytes did not contain "well"',
  ]);
});

test('a backend that closes without an answer, and one that is not there, are down for what they did', async t => {
  const closing = await backend(t, async connection => {
    await connection.request();
    connection.close();
  });
  const gone = await okBackend(t);
  const gateway = await startGateway(t, { backends: [closing.url, gone.url], check: OFTEN });
  await gone.close();
  await becomes(gateway, 'down', 0);
  await becomes(gateway, 'down', 1);
  assert.match(endpoint(gateway, 0).why, /^check failed: .*(?:closed|broke)/);
  assert.match(endpoint(gateway, 1).why, /nobody listens there \(ECONNREFUSED\)/);
});

test('clients of a backend whose checks fail are served by another, and none of them sees an error', async t => {
  const answer = { status: 200 };
  const flapping = await backend(t, connection =>
    connection.always(({ target }) =>
      target === '/health' && answer.status !== 200
        ? 'HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n'
        : ok('flapping'),
    ),
  );
  const steady = await okBackend(t, 'steady');
  const gateway = await startGateway(t, {
    backends: [flapping.url, steady.url],
    balance: 'first',
    check: OFTEN,
  });
  const client = await connect(t, gateway.address);
  for (const [status, state, text] of [
    [200, 'up', 'flapping'],
    [503, 'down', 'steady'],
    [200, 'up', 'flapping'],
    [503, 'down', 'steady'],
  ] as const) {
    answer.status = status;
    await becomes(gateway, state);
    client.send(get());
    const { status: seen, text: from } = await client.response();
    assert.deepEqual([seen, from], [200, text]);
  }
});

test('where there are checks, an ejected backend gets no request of a client before one has passed', async t => {
  let well = true;
  const fickle = await backend(t, async connection => {
    for (;;) {
      const { target } = await connection.request();
      if (well) connection.send(ok('fickle'));
      else if (target === '/health') connection.send('HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n');
      else connection.reset();
    }
  });
  const good = await okBackend(t, 'good');
  const gateway = await startGateway(t, {
    backends: [fickle.url, good.url],
    balance: 'first',
    health: { failTimeout: 20 },
    retry: { on: ['connect', 'reused', 'terminated'], budget: 1 },
    check: { ...OFTEN, fall: 1_000_000 },
  });
  await becomes(gateway, 'up');
  const served = () => fickle.requests.filter(({ target }) => target !== '/health').length;
  well = false;
  assert.equal((await exchange(t, gateway.address, get())).text, 'good');
  const checked = fickle.requests.length;
  await eventually('its rest is over, and checks have failed', () => fickle.requests.length > checked + 3);
  for (let i = 0; i < 20; i++) assert.equal((await exchange(t, gateway.address, get())).text, 'good');
  assert.equal(served(), 1);
  assert.equal(endpoint(gateway).state, 'ejected');
  well = true;
  await becomes(gateway, 'up');
  assert.equal((await exchange(t, gateway.address, get())).text, 'fickle');
});

test('with everything down and nothing to be used then, clients get 503 with the reason in the log', async t => {
  const origin = await backend(t, connection =>
    connection.always('HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n'),
  );
  const gateway = await startGateway(t, {
    backends: [origin.url],
    check: OFTEN,
    health: { allDown: 'fail' },
  });
  await becomes(gateway, 'down');
  const answer = await exchange(t, gateway.address, get());
  assert.equal(answer.status, 503);
  assert.equal(answer.field('retry-after'), '1');
  assert.match(answer.field('proxy-status')!, /error=destination_unavailable/);
  assert.ok(!answer.text.includes('check'));
  const [record] = await gateway.ended(1);
  assert.equal(record!.reason, 'no_endpoint');
  assert.match(record!.detail, /no endpoint is up: .* is down \(check failed: status 500, wanted 200-399\)/);
});

test('without a path it is enough that a connection stands: TCP', async t => {
  const server = createServer(socket => socket.on('error', () => {}).resume());
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  afterwards(t, () => server.close());
  const { port } = server.address() as { port: number };
  const gateway = await startGateway(t, {
    backends: [`scgi://127.0.0.1:${port}`],
    check: { ...OFTEN, path: '' },
  });
  await becomes(gateway, 'up');
  assert.equal(endpoint(gateway).check!.words, 'connected');
  await new Promise(resolve => server.close(resolve));
  await becomes(gateway, 'down');
  assert.match(endpoint(gateway).why, /nobody listens there/);
});

test('without a path it is enough that a connection stands: unix socket', async t => {
  const path = join(temporaryFolder(t), 'app.sock');
  const gateway = await startGateway(t, { backends: [`http+unix://${path}`], check: { ...OFTEN, path: '' } });
  await becomes(gateway, 'down');
  assert.match(endpoint(gateway).why, /there is no such socket/);
  await backend(t, connection => connection.always(ok()), path);
  await becomes(gateway, 'up');
});

test('a CGI program that is checked is run for each check, and leaves nothing behind when it hangs', async t => {
  const folder = cgiFolder(t, {
    app: 'case "$PATH_INFO" in /health) echo "Status: 200"; echo; echo fine;; *) sleep 1000;; esac',
  });
  const good = await startGateway(t, {
    backends: [`cgi://${folder}/app`],
    check: { ...OFTEN, body: 'fine' },
  });
  await becomes(good, 'up');
  const bad = await startGateway(t, {
    backends: [`cgi://${folder}/app`],
    check: { ...OFTEN, path: '/x', timeout: 50 },
  });
  await becomes(bad, 'down');
  await bad.gateway.stop();
});
