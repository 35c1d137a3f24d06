import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { connect } from '../support/client.ts';
import type { Dialect } from './dialect.ts';
import { DIALECTS, encode, hash, nothingLeft, play, reply } from './stage.ts';

const LENGTH = 4_000_000;

for (const dialect of DIALECTS) describe(dialect.name, () => bothWays(dialect));

function bothWays(dialect: Dialect): void {
  test('lets an application write more than fits into any buffer before it reads (73)', async t => {
    const upload = randomBytes(LENGTH);
    const download = randomBytes(LENGTH);
    const bytes = encode(dialect, { body: download });
    let received = '';
    const { gateway } = await play(t, dialect, async connection => {
      await dialect.readStart(connection);
      connection.pause();
      await connection.sendAll(bytes.subarray(0, LENGTH - 1000));
      connection.resume();
      received = hash(await dialect.readBody(connection, LENGTH));
      reply(connection, dialect, bytes.subarray(LENGTH - 1000));
    });
    const client = await connect(t, gateway.address);
    client.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${LENGTH}\r\n\r\n`).send(upload);
    assert.equal(hash((await client.response()).body), hash(download));
    assert.equal(received, hash(upload));
    await nothingLeft(gateway);
  });

  test('relays an early answer though the application reads no more, and then serves the next client (26)', async t => {
    const { gateway } = await play(t, dialect, async connection => {
      await dialect.readStart(connection);
      connection.pause();
      reply(
        connection,
        dialect,
        encode(dialect, { status: 413, reason: 'No', body: Buffer.from('too much') }),
      );
    });
    for (let i = 0; i < 2; i++) {
      const client = await connect(t, gateway.address);
      client
        .send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${LENGTH}\r\n\r\n`)
        .send(Buffer.alloc(LENGTH));
      const answer = await client.response();
      assert.deepEqual([answer.status, answer.text], [413, 'too much']);
    }
    await nothingLeft(gateway);
  });
}
