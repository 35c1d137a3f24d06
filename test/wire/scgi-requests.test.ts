import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backend } from '../support/backend.ts';
import {
  type CgiRequest,
  cgiBackend,
  page,
  readCgiRequest,
  scgiPairs,
  uwsgiPairs,
} from '../support/cgi-request.ts';
import { connect, exchange, get, post, postChunked } from '../support/client.ts';
import { startGateway } from '../support/gateway.ts';

test('an SCGI request begins with CONTENT_LENGTH, then SCGI, and no name is there twice (76)', async t => {
  let pairs: readonly string[] = [];
  // The reader refuses a name that is there twice, and a netstring with a wrong length.
  const origin = await cgiBackend(t, scgiPairs, request => {
    pairs = request.pairs;
    return page();
  });
  const variables = ['SCGI', '2', 'HTTP_X_A', 'own'];
  const gateway = await startGateway(t, { backends: [`scgi://127.0.0.1:${origin.port}`], variables });
  await exchange(t, gateway.address, get('/', 'SCGI: 3', 'X-A: \xe4\xf6\xfc', 'X-B: \xe4\xf6\xfc'));
  assert.deepEqual(pairs.slice(0, 4), ['CONTENT_LENGTH', '0', 'SCGI', '1']);
  assert.ok(pairs.includes('\xe4\xf6\xfc'));
});

for (const [name, read] of [
  ['scgi', scgiPairs],
  ['uwsgi', uwsgiPairs],
] as const) {
  test(`${name}: a body of unknown length is taken in first, so that its length can be told (57)`, async t => {
    let seen: CgiRequest | undefined;
    const origin = await cgiBackend(t, read, request => {
      seen = request;
      return page();
    });
    const gateway = await startGateway(t, { backends: [`${name}://127.0.0.1:${origin.port}`] });
    const answer = await exchange(t, gateway.address, postChunked('/', ['hello', ', world']));
    assert.equal(answer.status, 200);
    assert.equal(seen?.variables.get('CONTENT_LENGTH'), '12');
    assert.equal(seen?.stdin.toString(), 'hello, world');
  });

  test(`${name}: nothing follows the body, and the sending side stays open until the answer is there (76)`, async t => {
    const origin = await backend(t, async connection => {
      await readCgiRequest(connection, read);
      connection.send('Content-Type: text/plain\r\n\r\nfirst');
    });
    const gateway = await startGateway(t, { backends: [`${name}://127.0.0.1:${origin.port}`] });
    const client = await connect(t, gateway.address);
    client.send(post('/', 'body'));
    await client.until('first');
    const [connection] = origin.connections;
    assert.deepEqual([connection!.ending, connection!.pending.length], [undefined, 0]);
    connection!.halfClose();
    await client.until('0\r\n\r\n');
    await connection!.closed();
  });
}

test('uwsgi: a head that no packet can hold is refused, and the endpoint is not to blame', async t => {
  const origin = await cgiBackend(t, uwsgiPairs, () => page());
  const gateway = await startGateway(t, {
    backends: [`uwsgi://127.0.0.1:${origin.port}`],
    limits: { headBytes: 100_000 },
  });
  const answer = await exchange(t, gateway.address, get('/', `X-A: ${'a'.repeat(65_536)}`));
  assert.equal(answer.status, 431);
  const [record] = await gateway.ended(1);
  assert.match((record as { detail?: string }).detail ?? '', /more than 65535 bytes as meta-variables/);
  assert.equal((await exchange(t, gateway.address, get('/', `X-A: ${'a'.repeat(60_000)}`))).status, 200);
});
