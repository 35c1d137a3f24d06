import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { TunnelDeadline } from '../../../src/operations/tunnel-deadline.ts';
import type { Endpoint } from '../../../src/pool/endpoint.ts';

test('a deadline further away than a timer can count does not pass at once', async () => {
  const cut: unknown[] = [];
  const tunnels = new Set([{ abandon: (error: unknown) => cut.push(error) }]);
  const endpoint = { name: 'a', tunnels } as unknown as Endpoint;
  const deadline = new TunnelDeadline(endpoint, 2 ** 40, () => {});
  // A timer that overflows fires after a millisecond, and so before this one, which was set later.
  await setTimeout(5);
  deadline.callOff();
  assert.deepEqual(cut, []);
});
