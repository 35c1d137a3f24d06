import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backend, ok, okBackend, type Script } from '../support/backend.ts';
import { connect, exchange, get, post } from '../support/client.ts';
import { startGateway } from '../support/gateway.ts';
import { closedPort, unansweredPort } from '../support/unreachable.ts';

const RESET: Script = async connection => {
  await connection.request();
  connection.reset();
};
const CLOSE: Script = async connection => {
  await connection.request();
  connection.close();
};
const GARBAGE: Script = async connection => {
  await connection.request();
  connection.send('garbage\r\n\r\n');
};
const SILENCE: Script = async connection => {
  await connection.request();
  await connection.closed();
};

for (const request of [get(), post('/', 'abc')]) {
  const method = request.split(' ')[0];

  test(`fails over a ${method} when a backend refuses connections: nothing was sent`, async t => {
    const good = await okBackend(t);
    const gateway = await startGateway(t, { backends: [await closedPort(), good.url], balance: 'first' });
    assert.equal((await exchange(t, gateway.address, request)).status, 200);
    assert.equal(good.requests[0]!.text, method === 'POST' ? 'abc' : '');
  });

  test(`fails over a ${method} when connecting takes too long: nothing was sent`, async t => {
    const good = await okBackend(t);
    const gateway = await startGateway(t, {
      backends: [await unansweredPort(t), good.url],
      balance: 'first',
      timeouts: { connect: 400 },
    });
    assert.equal((await exchange(t, gateway.address, request)).status, 200);
  });
}

for (const [claim, script, on, error] of [
  ['resets', RESET, 'terminated', 'connection_terminated'],
  ['closes without an answer', CLOSE, 'terminated', 'connection_terminated'],
  ['answers garbage', GARBAGE, 'junk', 'http_protocol_error'],
  ['gives no answer in time', SILENCE, 'timeout', 'http_response_timeout'],
] as const) {
  test(`fails over a GET when a backend ${claim}, if told to`, async t => {
    const bad = await backend(t, script);
    const good = await okBackend(t);
    const setting = { backends: [bad.url, good.url], balance: 'first', timeouts: { response: 400 } } as const;
    const gateway = await startGateway(t, { ...setting, retry: { on: ['connect', on] } });
    assert.equal((await exchange(t, gateway.address, get())).status, 200);
    assert.equal((await gateway.ended(1))[0]!.attempts[0]!.reason, error);
  });

  test(`does not fail over a GET when a backend ${claim}, unless told to`, async t => {
    const bad = await backend(t, script);
    const good = await okBackend(t);
    const setting = { backends: [bad.url, good.url], balance: 'first', timeouts: { response: 400 } } as const;
    const gateway = await startGateway(t, setting);
    assert.ok((await exchange(t, gateway.address, get())).status >= 502);
    assert.equal(good.requests.length, 0);
  });

  test(`never fails over a POST when a backend ${claim}: it may have acted on it`, async t => {
    const bad = await backend(t, script);
    const good = await okBackend(t);
    const setting = { backends: [bad.url, good.url], balance: 'first', timeouts: { response: 400 } } as const;
    const gateway = await startGateway(t, { ...setting, retry: { on: ['connect', 'reused', on] } });
    assert.ok((await exchange(t, gateway.address, post('/', 'abc'))).status >= 502);
    assert.equal(good.requests.length, 0);
  });
}

for (const status of [502, 503, 504] as const) {
  test(`fails over a GET that is answered by ${status}, if told to`, async t => {
    const bad = await backend(t, c => c.always(`HTTP/1.1 ${status} X\r\nContent-Length: 3\r\n\r\nbad`));
    const good = await okBackend(t);
    const setting = { backends: [bad.url, good.url], balance: 'first' } as const;
    const gateway = await startGateway(t, { ...setting, retry: { on: [`${status}`] } });
    assert.equal((await exchange(t, gateway.address, get())).text, 'ok');
    assert.equal((await exchange(t, gateway.address, post('/', 'abc'))).text, 'bad');
    assert.equal((await gateway.ended(2))[0]!.attempts[0]!.reason, `${status}`);
  });
}

test('the last answer is relayed as it is when all backends answer by 503', async t => {
  const bad = await backend(t, c => c.always('HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy'));
  const gateway = await startGateway(t, { backends: [bad.url], retry: { on: ['503'] } });
  const answer = await exchange(t, gateway.address, get());
  assert.equal(answer.startLine, 'HTTP/1.1 503 Busy');
  assert.equal(answer.text, 'busy');
  assert.equal(bad.requests.length, 3, 'one attempt and two more');
});

test('tries no more often than configured', async t => {
  const dead = [await closedPort(), await closedPort(), await closedPort()];
  const good = await okBackend(t);
  const gateway = await startGateway(t, {
    backends: [...dead, good.url],
    balance: 'first',
    retry: { attempts: 2 },
  });
  assert.equal((await exchange(t, gateway.address, get())).status, 502);
  assert.equal((await gateway.ended(1))[0]!.attempts.length, 3);
  assert.equal(good.connections.length, 0);
});

test('tries other backends before the same one again', async t => {
  const good = await okBackend(t);
  const names = [`${await closedPort()},name=a`, `${await closedPort()},name=b`, `${good.url},name=c`];
  const gateway = await startGateway(t, { backends: names, balance: 'first', health: { maxFails: 100 } });
  assert.equal((await exchange(t, gateway.address, get())).status, 200);
  assert.deepEqual(
    (await gateway.ended(1))[0]!.attempts.map(attempt => attempt.endpoint),
    ['a', 'b', 'c'],
  );
});

for (const [attempts, words] of [
  [1, /1 retry was made/],
  [2, /2 retries were made/],
] as const) {
  test(`says how many retries were made when there may be ${attempts}`, async t => {
    const backends = await Promise.all([closedPort(), closedPort(), closedPort()]);
    const gateway = await startGateway(t, { backends, retry: { attempts, budget: 1 } });
    assert.equal((await exchange(t, gateway.address, get())).status, 502);
    assert.match((await gateway.ended(1))[0]!.detail, words);
  });
}

test('retries stop when they are more of the traffic than the budget allows', async t => {
  const bad = await backend(t, RESET);
  const gateway = await startGateway(t, {
    backends: [bad.url],
    retry: { on: ['terminated'], attempts: 10, budget: 0.1 },
  });
  for (let i = 0; i < 100; i++) assert.equal((await exchange(t, gateway.address, get())).status, 502);
  const records = await gateway.ended(100);
  const retries = records.reduce((sum, record) => sum + record.attempts.length - 1, 0);
  assert.ok(retries > 0, 'some are made');
  assert.ok(retries < 100, `${retries} retries for 100 requests`);
});

test('a body of up to 64 KiB is sent again whole', async t => {
  const body = 'x'.repeat(65_536);
  const bad = await backend(t, RESET);
  const good = await okBackend(t);
  const gateway = await startGateway(t, {
    backends: [bad.url, good.url],
    balance: 'first',
    retry: { on: ['terminated'] },
  });
  const request = post('/', body).replace('POST', 'PUT');
  assert.equal((await exchange(t, gateway.address, request)).status, 200);
  assert.equal(good.requests[0]!.text, body);
});

test('a larger body is not sent again, and the log says why', async t => {
  const bad = await backend(t, RESET);
  const good = await okBackend(t);
  const gateway = await startGateway(t, {
    backends: [bad.url, good.url],
    balance: 'first',
    retry: { on: ['terminated'] },
  });
  const request = post('/', 'x'.repeat(500_000)).replace('POST', 'PUT');
  assert.equal((await exchange(t, gateway.address, request)).status, 502);
  assert.equal(good.requests.length, 0);
  assert.match((await gateway.ended(1))[0]!.detail, /body/);
});

test('a large body that had not begun to flow fails over all the same', async t => {
  const good = await okBackend(t);
  const gateway = await startGateway(t, { backends: [await closedPort(), good.url], balance: 'first' });
  const body = 'x'.repeat(500_000);
  assert.equal((await exchange(t, gateway.address, post('/', body))).status, 200);
  assert.equal(good.requests[0]!.text, body);
});

test('a chunked body is sent again too', async t => {
  const bad = await backend(t, RESET);
  const good = await okBackend(t);
  const gateway = await startGateway(t, {
    backends: [bad.url, good.url],
    balance: 'first',
    retry: { on: ['terminated'] },
  });
  const request =
    'PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n';
  assert.equal((await exchange(t, gateway.address, request)).status, 200);
  assert.equal(good.requests[0]!.text, 'abcdef');
});

test('a body that is still coming when the first backend fails goes on to the second', async t => {
  const bad = await backend(t, async connection => {
    await connection.until('abc');
    connection.reset();
  });
  const good = await okBackend(t);
  const gateway = await startGateway(t, {
    backends: [bad.url, good.url],
    balance: 'first',
    retry: { on: ['terminated'] },
  });
  const client = await connect(t, gateway.address);
  client.send('PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc');
  await good.connection(0);
  client.send('def');
  assert.equal((await client.response()).status, 200);
  assert.equal(good.requests[0]!.text, 'abcdef');
});

test('nothing is tried again once a byte of the answer has been relayed', async t => {
  const bad = await backend(t, async connection => {
    await connection.request();
    await connection.sendAll('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello');
    connection.reset();
  });
  const good = await backend(t, connection => connection.always(ok('0123456789')));
  const gateway = await startGateway(t, {
    backends: [bad.url, good.url],
    balance: 'first',
    retry: { on: ['connect', 'reused', 'terminated', 'junk', 'timeout'] },
  });
  const client = await connect(t, gateway.address);
  client.send(get());
  await client.closed();
  assert.equal(good.connections.length, 0);
});
