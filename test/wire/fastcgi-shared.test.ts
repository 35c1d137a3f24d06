import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { connect, exchange, get, post } from '../support/client.ts';
import type { Setting } from '../support/config.ts';
import { eventually } from '../support/eventually.ts';
import { answer, endRequest, page, record, stdout, TYPE } from '../support/fastcgi.ts';
import { type Announced, SHARES, sharingApp } from '../support/fastcgi-sharing.ts';
import { startGateway } from '../support/gateway.ts';
import type { Peer } from '../support/peer.ts';
import { socketPath } from '../support/socket-path.ts';

async function shared(t: TestContext, announced: Announced = SHARES, most = 100, setting: Setting = {}) {
  const app = await sharingApp(t, announced);
  const gateway = await startGateway(t, { ...setting, backends: [app.url(most)] });
  const ask = async (target: string, request = get(target)): Promise<Peer> => {
    const client = await connect(t, gateway.address);
    client.send(request);
    await eventually(`${target} has arrived`, () => app.find(target) !== undefined);
    return client;
  };
  return { app, gateway, ask };
}

function warnings(gateway: { messages: readonly { message: string; facts: object }[] }): string[] {
  return gateway.messages
    .filter(({ message }) => message === 'the backend reports')
    .map(({ facts }) => (facts as { text: string }).text);
}

test('requests share a connection, each by an id of its own, and answers may come in any order', async t => {
  const { app, ask } = await shared(t);
  const clients = [await ask('/1'), await ask('/2'), await ask('/3')];
  assert.equal(app.carriers.length, 1);
  assert.deepEqual(
    app.requests.map(({ id, keep }) => [id, keep]),
    [
      [1, true],
      [2, true],
      [3, true],
    ],
  );
  for (const i of [2, 0, 1]) {
    app.requests[i]!.answer();
    assert.equal((await clients[i]!.response()).text, `answer to /${i + 1}`);
  }
});

test('records of several answers may be mixed, and cut anywhere (66)', async t => {
  const { app, ask } = await shared(t);
  const clients = [await ask('/1'), await ask('/2')];
  const parts = ['Content-Type: text/', 'plain\r\n\r\n', 'one ', 'two ', 'three'];
  const bytes = Buffer.concat([
    ...parts.flatMap(part => [stdout(part, 1, 3, 1), stdout(part, 2, 100, 7)]),
    endRequest(2, 0, 0, 5),
    record(TYPE.stderr, 1, 'by the way'),
    endRequest(1),
  ]);
  for (const byte of bytes) app.carriers[0]!.send(Buffer.from([byte]));
  for (const client of clients) assert.equal((await client.response()).text, 'one two three');
});

test('the application is asked once, on a connection for that alone (71)', async t => {
  const { app, gateway } = await shared(t);
  app.complete = request => request.answer();
  for (let i = 0; i < 3; i++) await exchange(t, gateway.address, get(`/${i}`));
  assert.equal(app.asked, 1);
  assert.equal(app.origin.connections.length, 2);
  assert.equal(app.carriers.length, 1);
});

for (const [announced, most, expected] of [
  [{ FCGI_MPXS_CONNS: '1' }, 2, 2],
  [{ FCGI_MPXS_CONNS: '1', FCGI_MAX_REQS: '3' }, 100, 3],
] as const) {
  test(`mpxs=${most} and ${JSON.stringify(announced)} put ${expected} requests on a connection`, async t => {
    const { app, ask } = await shared(t, announced, most);
    for (let i = 0; i < expected; i++) await ask(`/${i}`);
    assert.equal(app.carriers.length, 1);
    await ask('/more');
    assert.equal(app.carriers.length, 2);
    assert.notEqual(app.find('/more')!.connection, app.find('/0')!.connection);
  });
}

test('beyond what the application said it takes a request is refused as by a full backlog', async t => {
  const { gateway, ask } = await shared(t, { FCGI_MPXS_CONNS: '1', FCGI_MAX_CONNS: '1', FCGI_MAX_REQS: '2' });
  await ask('/1');
  await ask('/2');
  assert.equal((await exchange(t, gateway.address, get('/3'))).status, 503);
  const [ended] = await gateway.ended(1);
  assert.equal(ended!.reason, 'backlog_full');
});

for (const [what, announced, words] of [
  ['says that it does not share', { FCGI_MPXS_CONNS: '0' }, /does not announce/],
  ['says nothing of sharing', {}, /does not announce/],
  ['takes one request in all', { FCGI_MPXS_CONNS: '1', FCGI_MAX_REQS: '1' }, /does not announce/],
  ['does not answer', null, /does not answer FCGI_GET_VALUES/],
] as const) {
  test(`an application that ${what} gets a connection per request, and the log says so once`, async t => {
    const { app, gateway, ask } = await shared(t, announced);
    app.complete = request => request.answer();
    const clients = await Promise.all(['/1', '/2'].map(target => ask(target)));
    for (const client of clients) await client.response();
    for (let i = 0; i < 3; i++)
      assert.equal((await exchange(t, gateway.address, get('/x'))).text, 'answer to /x');
    assert.equal(app.carriers.length, 2, 'they are kept as always');
    assert.equal(app.asked, 1);
    assert.equal(warnings(gateway).length, 1);
    assert.match(warnings(gateway)[0]!, words);
  });
}

test('an application that does not answer the question costs no request, however short the time to connect', async t => {
  const { app, gateway } = await shared(t, null, 100, { timeouts: { connect: 600 }, retry: { attempts: 0 } });
  app.complete = request => request.answer();
  assert.equal((await exchange(t, gateway.address, get('/1'))).text, 'answer to /1');
});

test('an upload that waited for what the application says of itself arrives whole', async t => {
  const body = 'x'.repeat(1_000_000);
  for (const announced of [SHARES, { FCGI_MPXS_CONNS: '0' }]) {
    const { app, gateway } = await shared(t, announced, 100, { requestBuffer: { mode: 'off' } });
    app.complete = request => request.answer(`${request.stdin.length}`);
    assert.equal((await exchange(t, gateway.address, post('/', body))).text, `${body.length}`);
  }
});

test('a client that leaves while the application is asked leaves nothing behind', async t => {
  const { app, gateway } = await shared(t);
  let speak = () => {};
  app.silence = new Promise(resolve => {
    speak = resolve;
  });
  app.complete = request => request.answer();
  const [gone, stays] = [await connect(t, gateway.address), await connect(t, gateway.address)];
  gone.send(get('/gone'));
  await eventually('the application is asked', () => app.asked === 1);
  gone.reset();
  await gateway.ended(1);
  stays.send(get('/stays'));
  await eventually('it waits as well', () => gateway.load().inFlight === 1);
  speak();
  assert.equal((await stays.response()).text, 'answer to /stays');
  assert.deepEqual(
    app.requests.map(({ target, id }) => [target, id]),
    [['/stays', 1]],
  );
  assert.equal(await app.carriers[0]!.closed(), 'end', 'nobody holds it');
});

test('a request that is answered too late is given up alone', async t => {
  const { app, gateway, ask } = await shared(t, SHARES, 100, { timeouts: { response: 300 } });
  const late = await ask('/late');
  const begun = await ask('/begun');
  const { connection, id } = app.find('/begun')!;
  connection.send(stdout(page('one '), id));
  assert.equal((await late.response()).status, 504);
  await eventually('it is aborted', () => app.find('/late')!.aborted);
  connection.send(Buffer.concat([stdout('two', id), endRequest(id)]));
  assert.equal((await begun.response()).text, 'one two');
  assert.equal((await gateway.ended(2)).length, 2);
});

test('a connection on which nothing comes any more gets no further requests, whoever still waits on it', async t => {
  const { app, ask } = await shared(t, SHARES, 100, { timeouts: { response: 400 }, health: { maxFails: 0 } });
  const late = await ask('/late');
  await ask('/upload', 'POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n');
  assert.equal((await late.response()).status, 504);
  const next = await ask('/next');
  assert.notEqual(app.find('/next')!.connection, app.carriers[0]);
  app.find('/next')!.answer();
  assert.equal((await next.response()).text, 'answer to /next');
});

test('FCGI_CANT_MPX_CONN ends the sharing, and costs no request (68)', async t => {
  const { app, gateway } = await shared(t);
  app.complete = request => {
    if (app.requests.length === 1) request.connection.send(endRequest(request.id, 0, 1));
    else request.answer();
  };
  for (const target of ['/1', '/2']) {
    assert.equal((await exchange(t, gateway.address, post(target, 'abc'))).text, `answer to ${target}`);
  }
  const [first, ...later] = app.requests.map(({ connection }) => connection);
  assert.equal(await first!.closed(), 'end');
  assert.equal(later.length, 2);
  for (const connection of later) assert.notEqual(connection, first);
  assert.equal(app.asked, 1);
});

test('a client that leaves has its request aborted, and the others go on (70)', async t => {
  const { app, gateway, ask } = await shared(t);
  const [gone, stays] = [await ask('/gone'), await ask('/stays')];
  gone.reset();
  await eventually('it is aborted', () => app.find('/gone')!.aborted);
  app.find('/stays')!.answer();
  assert.equal((await stays.response()).text, 'answer to /stays');
  assert.equal((await gateway.ended(2)).length, 2);
});

test('an id is not used again while the application may still send for it', async t => {
  const { app, ask } = await shared(t);
  const [gone] = [await ask('/gone'), await ask('/stays')];
  gone!.reset();
  await eventually('it is aborted', () => app.find('/gone')!.aborted);
  await ask('/later');
  assert.equal(app.find('/later')!.id, 3);
  const { connection, id } = app.find('/gone')!;
  connection.send(answer(page('late output of the one that left'), id));
  app.find('/later')!.answer();
  await eventually('the id is free', () => app.carriers.length === 1);
  const next = await ask('/next');
  app.find('/next')!.answer();
  assert.equal((await next.response()).text, 'answer to /next');
});

test('a connection on which nobody waits any more is closed, for the application may know no ABORT_REQUEST', async t => {
  const { app, gateway, ask } = await shared(t);
  const [one, two] = [await ask('/1'), await ask('/2')];
  one.reset();
  two.reset();
  await gateway.ended(2);
  await ask('/3');
  assert.notEqual(app.find('/3')!.connection, app.carriers[0]);
  assert.equal(await app.carriers[0]!.closed(), 'end');
});

test('the end of a connection fails each of its requests by its own state (18)', async t => {
  const { app, gateway, ask } = await shared(t);
  const [begun, unanswered] = [await ask('/begun'), await ask('/post', post('/post', 'abc'))];
  const [one] = app.requests;
  one!.connection.send(stdout(page('half'), one!.id));
  await begun.head();
  const again = await ask('/again');
  app.complete = request => request.answer();
  one!.connection.close();
  assert.equal((await unanswered.response()).status, 502);
  // Like any GET on a connection that was used before.
  assert.equal((await again.response()).text, 'answer to /again');
  await begun.closed();
  const reasons = Object.fromEntries((await gateway.ended(3)).map(({ target, reason }) => [target, reason]));
  assert.deepEqual(reasons, {
    '/begun': 'http_response_incomplete',
    '/post': 'connection_terminated',
    '/again': '',
  });
});

test('what is not FastCGI fails all that share it', async t => {
  const { app, gateway, ask } = await shared(t);
  const clients = [await ask('/1'), await ask('/2')];
  app.carriers[0]!.send('HTTP/1.1 200 OK\r\n\r\n');
  for (const client of clients) assert.equal((await client.response()).status, 502);
  for (const { reason } of await gateway.ended(2)) assert.equal(reason, 'http_protocol_error');
});

test('a client that does not read costs a bounded amount of memory', async t => {
  const { app, ask } = await shared(t, SHARES, 100, { responseBuffer: { mode: 'off' } });
  const slow = await ask('/slow');
  slow.pause();
  const { connection, id } = app.find('/slow')!;
  const body = Buffer.alloc(32_000_000, 'x');
  connection.send(Buffer.concat([stdout(page(''), id), stdout(body, id), endRequest(id)]));
  let unsent = -1;
  let still = 0;
  await eventually('the gateway reads no more', () => {
    still = connection.socket.writableLength === unsent ? still + 1 : 0;
    unsent = connection.socket.writableLength;
    return still > 100;
  });
  assert.ok(unsent > body.length / 2, `${unsent} bytes were not read`);
  slow.resume();
  await eventually(
    'its end has come',
    () => slow.pending.toString('latin1', slow.pending.length - 7) === '\r\n0\r\n\r\n',
  );
  assert.ok(slow.bytesRead > body.length);
});

test('while one client does not read, others on its connection get small answers', async t => {
  const { app, ask } = await shared(t, SHARES, 100, { responseBuffer: { mode: 'off' } });
  const slow = await ask('/slow');
  slow.pause();
  const flood = app.find('/slow')!;
  flood.connection.send(stdout(page('x'.repeat(100_000)), flood.id));
  const quick = await ask('/quick');
  app.find('/quick')!.answer();
  assert.equal((await quick.response()).text, 'answer to /quick');
});

test('uploads of several requests are records of their own, none cut by another (65)', async t => {
  const { app, gateway } = await shared(t, SHARES, 100, { requestBuffer: { mode: 'off' } });
  const clients = await Promise.all([1, 2, 3].map(() => connect(t, gateway.address)));
  const size = 1_000_003;
  for (const [i, client] of clients.entries()) {
    client.send(`POST /${i} HTTP/1.1\r\nHost: a\r\nContent-Length: ${size}\r\n\r\n`);
    client.send(Buffer.alloc(size, `${i}`));
  }
  await eventually('all have arrived', () => app.requests.filter(({ complete }) => complete).length === 3);
  for (const [i, client] of clients.entries()) {
    const request = app.find(`/${i}`)!;
    assert.ok(request.stdin.equals(Buffer.alloc(size, `${i}`)), `the body of /${i}`);
    request.answer();
    await client.response();
  }
  assert.equal(app.carriers.length, 1);
});

test('a shared connection without requests is closed soon, and the next request has a new one', async t => {
  const { app, gateway } = await shared(t);
  app.complete = request => request.answer();
  await exchange(t, gateway.address, get('/1'));
  assert.equal(await app.carriers[0]!.closed(), 'end');
  assert.equal((await exchange(t, gateway.address, get('/2'))).text, 'answer to /2');
  assert.equal(app.carriers.length, 2);
});

test('a shared connection that the application closes while idle costs no request (32)', async t => {
  const { app, gateway } = await shared(t);
  app.complete = request => {
    request.answer();
    request.connection.halfClose();
  };
  for (let i = 0; i < 20; i++) {
    assert.equal((await exchange(t, gateway.address, post(`/${i}`, 'abc'))).text, `answer to /${i}`);
  }
});

test('an application that cannot be reached is asked once it can', async t => {
  const path = socketPath(t);
  const gateway = await startGateway(t, { backends: [`fcgi+unix://${path},mpxs=4`] });
  assert.equal((await exchange(t, gateway.address, get('/1'))).status, 502);
  const app = await sharingApp(t, SHARES, path);
  app.complete = request => request.answer();
  assert.equal((await exchange(t, gateway.address, get('/2'))).text, 'answer to /2');
  assert.equal(app.asked, 1);
  assert.equal(app.requests[0]!.keep, true);
  assert.deepEqual(warnings(gateway), []);
});
