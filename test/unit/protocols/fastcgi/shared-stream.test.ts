import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Carrier } from '../../../../protocols/fastcgi/carrier.ts';
import type { FastCgiCodec } from '../../../../protocols/fastcgi/codec.ts';
import { SharedStream } from '../../../../protocols/fastcgi/shared-stream.ts';
import type { StreamOwner } from '../../../../src/transport/byte-stream.ts';

test('no request ends the time-out of another that waits to be written', () => {
  const socket = { writableLength: 0, timeout: 0, setTimeout: (ms: number) => void (socket.timeout = ms) };
  const carrier = { socket } as unknown as Carrier;
  const codec = { share: () => {} } as unknown as FastCgiCodec;
  const [writing, other] = [1, 2].map(id => new SharedStream(carrier, id, codec, {} as StreamOwner));
  socket.writableLength = 1;
  writing!.setTimeout(300);
  other!.setTimeout(0);
  assert.equal(socket.timeout, 300);
  socket.writableLength = 0;
  other!.setTimeout(0);
  assert.equal(socket.timeout, 0);
});
