import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { type BackendConnection, backend } from '../support/backend.ts';
import { connect, get } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { page, readStart, record, stdout, TYPE } from '../support/fastcgi.ts';
import { startGateway } from '../support/gateway.ts';
import { readVariables } from '../support/scgi-app.ts';

const MORE = 'and on and on';

async function forEver(connection: BackendConnection, part: string | Buffer): Promise<void> {
  while (connection.ending === undefined) {
    connection.send(part);
    await setImmediate();
  }
}

async function fastcgi(connection: BackendConnection, printed: string): Promise<void> {
  const { id } = await readStart(connection);
  connection.send(stdout(printed, id));
  await forEver(connection, stdout(MORE, id));
}

async function complaining(connection: BackendConnection, printed: string): Promise<void> {
  const { id } = await readStart(connection);
  connection.send(stdout(printed, id));
  await forEver(connection, record(TYPE.stderr, id, MORE));
}

async function scgi(connection: BackendConnection, printed: string): Promise<void> {
  await readVariables(connection);
  connection.send(printed);
  await forEver(connection, MORE);
}

for (const [what, scheme, app, method, printed] of [
  ['a HEAD request over FastCGI', 'fcgi', fastcgi, 'HEAD', page('')],
  ['a HEAD request over SCGI', 'scgi', scgi, 'HEAD', page('')],
  ['a 204 over SCGI', 'scgi', scgi, 'GET', page('', 'Status: 204 No Content')],
  ['a whole body over FastCGI', 'fcgi', fastcgi, 'GET', page('whole', 'Content-Length: 5')],
  ['a body and complaints over FastCGI', 'fcgi', complaining, 'GET', page('whole', 'Content-Length: 5')],
] as const) {
  test(`output that does not end behind ${what} holds neither client nor slot (20, 79)`, async t => {
    const origin = await backend(t, connection => app(connection, printed));
    const gateway = await startGateway(t, { backends: [`${scheme}://127.0.0.1:${origin.port}`] });
    const client = await connect(t, gateway.address);
    client.send(get().replace('GET', method));
    const { status, text } = await client.response(method);
    assert.ok(status === 200 || status === 204);
    assert.equal(text, method === 'GET' && status === 200 ? 'whole' : '');
    const [record] = await gateway.ended(1);
    assert.equal(record!.reason, '');
    await eventually('the application is free', () => origin.open === 0 && gateway.load().inFlight === 0);
    assert.equal(client.ending, undefined);
  });
}
