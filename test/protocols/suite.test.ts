import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { connect, exchange, get, post } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { Holding, targets } from '../support/held.ts';
import type { Dialect, SeenRequest } from './dialect.ts';
import { DIALECTS, drip, encode, hash, nothingLeft, play, reply, serve, turns } from './stage.ts';

const BODY = Buffer.from('hello world');

for (const dialect of DIALECTS) describe(dialect.name, () => suite(dialect));

function suite(dialect: Dialect): void {
  const ifReusable = { skip: dialect.reusable ? false : 'a connection carries one request' };
  const unlessReusable = { skip: dialect.reusable ? 'connections are kept' : false };
  const unlessEndless = { skip: dialect.delimited ? false : 'only closing ends an answer, cut short or not' };

  test('relays status, reason and repeated fields', async t => {
    const fields = [
      ['X-One', '1'],
      ['Set-Cookie', 'a=1'],
      ['x-one', '2'],
      ['Set-Cookie', 'b=2'],
    ] as const;
    const { gateway } = await serve(t, dialect, () => ({ status: 418, reason: 'Teapot', fields }));
    const answer = await exchange(t, gateway.address, get());
    assert.equal(answer.status, 418);
    assert.equal(answer.reason, 'Teapot');
    assert.deepEqual(
      answer.fields.filter(([name]) => fields.some(field => field[0] === name)),
      fields,
    );
  });

  test('relays method, target, fields and an empty body', async t => {
    const { gateway } = await serve(t, dialect, request => ({
      body: Buffer.from(
        [request.method, request.target, request.field('x-a'), request.body.length].join(' '),
      ),
    }));
    const answer = await exchange(t, gateway.address, post('/a/b?c=d', '', 'X-A: value'));
    assert.equal(answer.text, 'POST /a/b?c=d value 0');
  });

  for (const framing of ['a length', 'chunks'] as const) {
    test(`relays an upload of 3 MB with ${framing}`, async t => {
      const { gateway } = await serve(t, dialect, request => ({ body: Buffer.from(hash(request.body)) }));
      const body = randomBytes(3_000_000);
      const client = await connect(t, gateway.address);
      const head = 'POST / HTTP/1.1\r\nHost: a\r\n';
      if (framing === 'a length') client.send(`${head}Content-Length: ${body.length}\r\n\r\n`).send(body);
      else {
        client.send(`${head}Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n`).send(body);
        client.send('\r\n0\r\n\r\n');
      }
      assert.equal((await client.response()).text, hash(body));
    });
  }

  test('relays a download of 4 MB', async t => {
    const body = randomBytes(4_000_000);
    const { gateway } = await serve(t, dialect, () => ({ body }));
    const answer = await exchange(t, gateway.address, get());
    assert.equal(hash(answer.body), hash(body));
  });

  test('reads an answer alike wherever it is split', async t => {
    const bytes = encode(dialect, { fields: [['X-A', '1']], body: BODY });
    let split = 0;
    const { gateway } = await play(t, dialect, async connection => {
      for (;;) {
        await dialect.read(connection);
        connection.send(bytes.subarray(0, split));
        await turns();
        reply(connection, dialect, bytes.subarray(split));
      }
    });
    const client = await connect(t, gateway.address);
    for (split = 1; split < bytes.length; split++) {
      client.send(get());
      const answer = await client.response();
      assert.equal(answer.text, 'hello world', `split at ${split}`);
      assert.equal(answer.field('x-a'), '1', `split at ${split}`);
    }
  });

  test('reads an answer alike when it comes byte by byte', async t => {
    const bytes = encode(dialect, { body: BODY });
    const { gateway } = await play(t, dialect, async connection => {
      await dialect.read(connection);
      await drip(connection, bytes.subarray(0, -1));
      reply(connection, dialect, bytes.subarray(-1));
    });
    assert.equal((await exchange(t, gateway.address, get())).text, 'hello world');
  });

  test('reads a request alike wherever it is split', async t => {
    const { gateway } = await serve(t, dialect, request => ({
      body: Buffer.from(`${request.method} ${request.target} ${request.field('x-a')} ${request.body}`),
    }));
    const bytes = Buffer.from(post('/a', 'body', 'X-A: 1'));
    const client = await connect(t, gateway.address);
    for (let split = 1; split < bytes.length; split++) {
      client.send(bytes.subarray(0, split));
      await turns();
      client.send(bytes.subarray(split));
      assert.equal((await client.response()).text, 'POST /a 1 body', `split at ${split}`);
    }
    await drip(client, bytes);
    assert.equal((await client.response()).text, 'POST /a 1 body');
  });

  test('reaches no backend while requests are held, and is answered in order afterwards', async t => {
    const seen: string[] = [];
    const app = ({ target, body }: SeenRequest) => {
      seen.push(target);
      return { body: Buffer.from(`${target} ${body}`) };
    };
    const { origin, gateway } = await serve(t, dialect, app, { maxConns: 1 });
    const holding = new Holding(t, gateway);
    holding.hold();
    const clients = [];
    for (let i = 0; i < 6; i++) {
      clients.push(await holding.ask(i % 2 === 0 ? get(`/${i}`) : post(`/${i}`, 'body')));
      await eventually('it waits', () => holding.waiting() === i + 1);
    }
    assert.equal(origin.connections.length, 0);
    assert.equal(holding.resume().waiting, 6);
    for (const [i, client] of clients.entries()) {
      const answer = await client.response(i % 2 === 0 ? 'GET' : 'POST');
      assert.equal(answer.text, `/${i} ${i % 2 === 0 ? '' : 'body'}`);
    }
    assert.deepEqual(seen, targets(6));
  });

  test('relays an answer that comes before the request body', async t => {
    const { gateway } = await play(t, dialect, async connection => {
      await dialect.readStart(connection);
      reply(connection, dialect, encode(dialect, { status: 403, body: BODY }));
      await connection.closed();
    });
    const client = await connect(t, gateway.address);
    client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n');
    const answer = await client.response();
    assert.equal(answer.status, 403);
    assert.equal(answer.text, 'hello world');
  });

  test(
    'never takes a part of an answer for the whole, wherever the backend closes',
    unlessEndless,
    async t => {
      const bytes = encode(dialect, { fields: [['X-A', '1']], body: BODY });
      const meaning = bytes.length - dialect.filling;
      let stage = 0;
      const { gateway } = await play(t, dialect, async connection => {
        await dialect.read(connection);
        await connection.sendAll(bytes.subarray(0, stage));
        connection.halfClose();
      });
      for (stage = 0; stage < meaning; stage++) {
        const client = await connect(t, gateway.address);
        client.send(get());
        const answer = await client.response().catch(() => undefined);
        assert.ok(
          answer === undefined || answer.status === 502,
          `closed after ${stage} bytes: ${answer?.startLine}`,
        );
        client.close();
      }
      await gateway.ended(meaning);
      await nothingLeft(gateway);
    },
  );

  test('gives its slot back wherever a client leaves its request', async t => {
    const { gateway } = await serve(t, dialect, () => ({ body: BODY }));
    const bytes = Buffer.from(post('/', 'a body of some bytes'));
    for (let stage = 0; stage < bytes.length; stage++) {
      const client = await connect(t, gateway.address);
      await client.sendAll(bytes.subarray(0, stage));
      await turns();
      client.reset();
    }
    assert.equal((await exchange(t, gateway.address, get())).text, 'hello world');
    await nothingLeft(gateway);
  });

  test('gives its slot back wherever a client leaves its answer', async t => {
    const bytes = encode(dialect, { body: BODY });
    let stage = 0;
    const { gateway, origin } = await play(t, dialect, async connection => {
      await dialect.read(connection);
      connection.send(bytes.subarray(0, stage));
      await connection.closed();
    });
    for (stage = 0; stage < bytes.length; stage++) {
      const client = await connect(t, gateway.address);
      client.send(get());
      await (await origin.connection(stage)).bytesRead;
      await turns();
      client.reset();
      await gateway.ended(stage + 1);
    }
    await nothingLeft(gateway);
    await eventually('all backend connections are closed', () => origin.open === 0);
  });

  test('uses one connection for requests that follow each other', ifReusable, async t => {
    const { gateway, origin } = await serve(t, dialect, request => ({ body: request.body }));
    const client = await connect(t, gateway.address);
    for (let i = 0; i < 20; i++) {
      client.send(post('/', `body ${i}`));
      assert.equal((await client.response()).text, `body ${i}`);
    }
    assert.equal(origin.connections.length, 1);
    await nothingLeft(gateway);
  });

  const ifProvedSoon =
    dialect.secure === true && dialect.filling > 0
      ? { skip: 'in a handshake a connection looks like one that no worker has' }
      : ifReusable;
  test('uses as many connections as requests come at once, and then those again', ifProvedSoon, async t => {
    const { gateway, origin } = await serve(t, dialect, request => ({ body: request.body }), {
      maxConns: 10,
    });
    const clients = await Promise.all(Array.from({ length: 10 }, () => connect(t, gateway.address)));
    for (let round = 0; round < 3; round++) {
      for (const client of clients) client.send(post('/', 'abc'));
      for (const client of clients) assert.equal((await client.response()).text, 'abc');
    }
    assert.ok(origin.connections.length <= 10, `${origin.connections.length} connections`);
    await nothingLeft(gateway);
  });

  test('uses a connection for each request', unlessReusable, async t => {
    const { gateway, origin } = await serve(t, dialect, request => ({ body: request.body }));
    const client = await connect(t, gateway.address);
    for (let i = 0; i < 5; i++) {
      client.send(post('/', `body ${i}`));
      assert.equal((await client.response()).text, `body ${i}`);
    }
    assert.equal(origin.connections.length, 5);
    await eventually('all backend connections are closed', () => origin.open === 0);
    await nothingLeft(gateway);
  });
}
