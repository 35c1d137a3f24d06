import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backend } from '../support/backend.ts';
import { connect, exchange, get, post } from '../support/client.ts';
import {
  answer,
  endRequest,
  fcgiBackend,
  fcgiUrl,
  page,
  readFcgiRequest,
  record,
  stdout,
  TYPE,
} from '../support/fastcgi.ts';
import { startGateway } from '../support/gateway.ts';

test('a connection serves one request after the other, and closes only with the gateway', async t => {
  const origin = await fcgiBackend(t, ({ variables, keep }) =>
    page(`${variables.get('REQUEST_URI')} ${keep}`),
  );
  const gateway = await startGateway(t, { backends: [fcgiUrl(origin)] });
  for (const target of ['/1', '/2', '/3']) {
    assert.equal((await exchange(t, gateway.address, get(target))).text, `${target} true`);
  }
  assert.equal(origin.connections.length, 1);
});

test('without keep-alive the application is told so, and nobody waits for its FIN (72)', async t => {
  const origin = await backend(t, async connection => {
    const { keep } = await readFcgiRequest(connection);
    connection.send(answer(page(`${keep}`)));
  });
  const gateway = await startGateway(t, {
    backends: [fcgiUrl(origin)],
    keepalive: { connections: 0 },
  });
  assert.equal((await exchange(t, gateway.address, get())).text, 'false');
  assert.equal(await (await origin.connection(0)).closed(), 'end');
  assert.equal((await exchange(t, gateway.address, get())).text, 'false');
  assert.equal(origin.connections.length, 2);
});

test('variables beyond 64 KB reach the application in several records (65)', async t => {
  const origin = await fcgiBackend(t, ({ variables, records }) =>
    page(`${records.length} ${variables.get('HTTP_X_0')!.length} ${variables.get('HTTP_X_9')!.length}`),
  );
  const gateway = await startGateway(t, {
    backends: [fcgiUrl(origin)],
    limits: { headBytes: 200_000 },
  });
  const fields = Array.from({ length: 10 }, (_, i) => `X-${i}: ${'v'.repeat(9000)}`);
  assert.equal((await exchange(t, gateway.address, get('/', ...fields))).text, '4 9000 9000');
});

test('a request without a body goes out in one write', async t => {
  const sizes: number[] = [];
  const origin = await backend(t, async connection => {
    connection.socket.on('data', chunk => sizes.push(chunk.length));
    await readFcgiRequest(connection);
    connection.send(answer(page()));
  });
  const gateway = await startGateway(t, { backends: [fcgiUrl(origin)] });
  await exchange(t, gateway.address, get());
  assert.equal(sizes.length, 1);
});

for (const [name, status] of [
  ['FCGI_OVERLOADED', 2],
  ['FCGI_CANT_MPX_CONN', 1],
  ['FCGI_UNKNOWN_ROLE', 3],
] as const) {
  test(`${name} sends even a POST to another endpoint, and says nothing against this one (68)`, async t => {
    const refusing = await backend(t, async connection => {
      await readFcgiRequest(connection);
      connection.send(endRequest(1, 0, status));
    });
    const taking = await fcgiBackend(t, ({ stdin }) => page(`took ${stdin}`));
    const gateway = await startGateway(t, {
      backends: [fcgiUrl(refusing), fcgiUrl(taking)],
      balance: 'first',
    });
    assert.equal((await exchange(t, gateway.address, post('/', 'abc'))).text, 'took abc');
    assert.equal(await (await refusing.connection(0)).closed(), 'end');
    const { pools } = gateway.gateway.status();
    assert.equal(pools[0]!.endpoints[0]!.state, 'up');
  });
}

test('an application that is overloaded and alone is a 503', async t => {
  const origin = await backend(t, async connection => {
    await readFcgiRequest(connection);
    connection.send(endRequest(1, 0, 2));
  });
  const gateway = await startGateway(t, { backends: [fcgiUrl(origin)], retry: { attempts: 0 } });
  const response = await exchange(t, gateway.address, get());
  assert.equal(response.status, 503);
  const [ended] = await gateway.ended(1);
  assert.match(ended!.detail, /overloaded \(FCGI_OVERLOADED\)/);
});

test('what an application says on its error stream is logged with the request id (69)', async t => {
  const origin = await backend(t, async connection => {
    await readFcgiRequest(connection);
    connection.send(record(TYPE.stderr, 1, `PHP message: ${'x'.repeat(3000)}\n`, 5));
    connection.send(answer(page()));
  });
  const gateway = await startGateway(t, { backends: [fcgiUrl(origin)] });
  assert.equal((await exchange(t, gateway.address, get())).text, 'ok');
  const [ended] = await gateway.ended(1);
  const said = gateway.messages.find(({ message }) => message === 'the backend reports');
  assert.equal(said?.facts['id'], ended!.id);
  assert.equal(String(said?.facts['text']).length, 3013);
});

test('an answer that ends without END_REQUEST is cut, not ended (18)', async t => {
  const origin = await backend(t, async connection => {
    await readFcgiRequest(connection);
    connection.send(stdout(page('half')));
    await connection.sendAll(record(TYPE.stdout, 1));
    connection.halfClose();
  });
  const gateway = await startGateway(t, { backends: [fcgiUrl(origin)] });
  const client = await connect(t, gateway.address);
  client.send(get());
  await assert.rejects(client.response(), /closed/);
  const [ended] = await gateway.ended(1);
  assert.equal(ended!.reason, 'http_response_incomplete');
});

test('what is not FastCGI is a 502 that says so', async t => {
  const origin = await backend(t, async connection => {
    await readFcgiRequest(connection);
    connection.send('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
  });
  const gateway = await startGateway(t, { backends: [fcgiUrl(origin)] });
  assert.equal((await exchange(t, gateway.address, get())).status, 502);
  const [ended] = await gateway.ended(1);
  assert.match(ended!.detail, /is not FastCGI/);
});

test('bytes behind an answer, or on an idle connection, close it and reach nobody (16)', async t => {
  const origin = await backend(t, async (connection, index) => {
    for (let i = 0; ; i++) {
      await readFcgiRequest(connection);
      if (index === 0) connection.send(Buffer.concat([answer(page('1')), stdout(page('stray'))]));
      else connection.send(answer(page(`${index} ${i}`)));
      if (index === 1) connection.send(record(TYPE.stderr, 1, 'stray'));
    }
  });
  const gateway = await startGateway(t, { backends: [fcgiUrl(origin)] });
  assert.equal((await exchange(t, gateway.address, get())).text, '1');
  await (await origin.connection(0)).closed();
  assert.equal((await exchange(t, gateway.address, get())).text, '1 0');
  await (await origin.connection(1)).closed();
  assert.equal((await exchange(t, gateway.address, get())).text, '2 0');
});

for (const [request, status] of [
  [get('/2'), 200],
  [post('/2', 'abc'), 502],
] as const) {
  const method = request.slice(0, request.indexOf(' '));
  test(`a ${method} on a kept connection that the application closes ends in ${status} (74)`, async t => {
    const seen: string[] = [];
    const origin = await backend(t, async (connection, index) => {
      for (let i = 0; ; i++) {
        const { variables } = await readFcgiRequest(connection);
        seen.push(variables.get('REQUEST_METHOD')!);
        if (index === 0 && i === 1) connection.close();
        else connection.send(answer(page()));
      }
    });
    const gateway = await startGateway(t, { backends: [fcgiUrl(origin)] });
    await exchange(t, gateway.address, get('/1'));
    assert.equal((await exchange(t, gateway.address, request)).status, status);
    assert.deepEqual(seen, ['GET', method, ...(status === 200 ? [method] : [])]);
  });
}
