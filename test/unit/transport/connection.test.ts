import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatewayError } from '../../../src/errors.ts';
import type { BackendRequest, Codec, ConnectionOwner, Destination, Receiver } from '../../../src/protocol.ts';
import { StreamConnection } from '../../../src/transport/connection.ts';
import { silentBackend } from '../../support/backend.ts';

const REQUEST = { method: 'GET', target: '/', hasBody: false, bodyLength: 0 } as BackendRequest;

const NO_APPLICATION = {
  docroot: '',
  mount: '',
  variables: [],
  authorization: true,
  symlinks: 'yes',
  multiplex: 1,
} as const;

function destinationAt(port: number): Destination {
  const time = { connectTimeout: 3000, responseTimeout: 3000, idleTimeout: 3000, tunnelTimeout: 3000 };
  const place = { scheme: 'http', host: '127.0.0.1', port, path: '', authority: `127.0.0.1:${port}` };
  return { ...place, ...time, keepAlive: true, application: NO_APPLICATION };
}

for (const [thrown, kind] of [
  [new GatewayError('http_request_error', 'a field name of 70 kB'), 'http_request_error'],
  [new TypeError('no such thing'), 'internal_error'],
] as const) {
  test(`a codec that throws ${thrown.name} at the head of a request fails that attempt alone`, async t => {
    const origin = await silentBackend(t);
    const codec = {
      begin() {
        throw thrown;
      },
    } as unknown as Codec;
    const closed: string[] = [];
    const owner: ConnectionOwner = { accepted() {}, idle() {}, closed: (_, reason) => closed.push(reason) };
    const connection = new StreamConnection(destinationAt(origin.port), codec, owner);
    const error = await new Promise<GatewayError>(resolve => {
      connection.send(REQUEST, { failed: resolve } as unknown as Receiver);
    });
    assert.equal(error.kind, kind);
    assert.deepEqual(closed, [kind]);
    await (await origin.connection(0)).closed();
  });
}
