import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { backend } from '../support/backend.ts';
import { connect, get } from '../support/client.ts';
import { startGateway } from '../support/gateway.ts';

/** What a client gets when the backend breaks off after these bytes, and how its connection ends. */
async function brokenOff(t: TestContext, bytes: string, request: string, byReset = false) {
  const origin = await backend(t, async connection => {
    await connection.request();
    await connection.sendAll(bytes);
    if (byReset) connection.reset();
    else connection.close();
  });
  const gateway = await startGateway(t, { backends: [origin.url] });
  const client = await connect(t, gateway.address);
  client.send(request);
  const ending = await client.closed();
  const [record] = await gateway.ended(1);
  return { text: client.pending.toString('latin1'), ending, record: record! };
}

const SIZED = 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello';
const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n';

test('a body shorter than its length ends the client connection, not the answer (18)', async t => {
  const { text, record } = await brokenOff(t, SIZED, get());
  assert.match(text, /content-length: 10\r\n/i);
  assert.ok(!text.endsWith('hello\n'));
  assert.equal(record.status, 200);
  assert.equal(record.reason, 'http_response_incomplete');
});

test('a chunked body without its last chunk gets no last chunk from the gateway (18)', async t => {
  const { text, record } = await brokenOff(t, CHUNKED, get());
  assert.match(text, /transfer-encoding: chunked/i);
  assert.ok(!text.includes('0\r\n\r\n'), text);
  assert.equal(record.reason, 'http_response_incomplete');
});

test('a chunked body that breaks off inside a chunk gets no last chunk either (18)', async t => {
  const { text } = await brokenOff(t, `${CHUNKED}A\r\n0123`, get());
  assert.ok(!text.includes('0\r\n\r\n'), text);
});

test('a chunked body that turns to garbage is cut (18)', async t => {
  const { text, record } = await brokenOff(t, `${CHUNKED}garbage\r\n`, get());
  assert.ok(!text.includes('0\r\n\r\n') && !text.includes('garbage'), text);
  assert.ok(['http_protocol_error', 'http_response_incomplete'].includes(record.reason), record.reason);
});

test('a client whose answer is framed by the end of the connection sees a reset, not an end (18, 21)', async t => {
  const { ending } = await brokenOff(t, CHUNKED, 'GET / HTTP/1.0\r\n\r\n');
  assert.equal(ending, 'reset');
});

test('a backend that resets inside an answer without a length cuts the client too (18)', async t => {
  const { text } = await brokenOff(t, 'HTTP/1.1 200 OK\r\n\r\nhello', get(), true);
  assert.ok(!text.includes('0\r\n\r\n'), text);
});

test('an answer that pauses for longer than the idle time-out is cut (83)', async t => {
  const origin = await backend(t, async connection => {
    await connection.request();
    connection.send(SIZED);
    await connection.closed();
  });
  const gateway = await startGateway(t, { backends: [origin.url], timeouts: { idle: 100 } });
  const client = await connect(t, gateway.address);
  client.send(get());
  await client.closed();
  assert.equal((await gateway.ended(1))[0]!.reason, 'connection_read_timeout');
  await (await origin.connection(0)).closed();
});
