import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { backend } from '../support/backend.ts';
import { connect } from '../support/client.ts';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.ts';
import { readVariables } from '../support/scgi-app.ts';

const MiB = 1_048_576;
const CHUNK = Buffer.concat([Buffer.from('40000\r\n'), Buffer.alloc(262_144, 'x'), Buffer.from('\r\n')]);

/** An SCGI application that counts what it reads, and says how much it was. */
function counter(t: TestContext) {
  return backend(t, async connection => {
    const length = Number((await readVariables(connection)).get('CONTENT_LENGTH'));
    for (let left = length; left > 0; ) left -= (await connection.take(Math.min(left, 65_536))).length;
    connection.send(`Content-Type: text/plain\r\n\r\n${length}`);
    connection.halfClose();
  });
}

/** Sends a body of unknown length, and returns what the application says. */
async function upload(t: TestContext, gateway: GatewayProcess, mebibytes: number): Promise<string> {
  const client = await connect(t, gateway.address);
  client.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n');
  for (let sent = 0; sent < 4 * mebibytes; sent++) await client.sendAll(CHUNK);
  client.send('0\r\n\r\n');
  const answer = await client.response();
  client.close();
  return answer.text;
}

test('an upload of 200 MiB whose length is not known takes less than 16 MiB of memory (57, 81)', async t => {
  const origin = await counter(t);
  const gateway = await startGatewayProcess(t, { backends: [`scgi://127.0.0.1:${origin.port}`] });
  for (let i = 0; i < 3; i++) await upload(t, gateway, 32);
  const before = await gateway.rss();
  let most = before;
  const watching = setInterval(async () => {
    most = Math.max(most, await gateway.rss());
  }, 100);
  assert.equal(await upload(t, gateway, 200), String(200 * MiB));
  clearInterval(watching);
  const grown = (Math.max(most, await gateway.rss()) - before) / MiB;
  assert.ok(grown < 16, `grew by ${grown} MiB`);
});
