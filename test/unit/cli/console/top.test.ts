import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Flows } from '../../../../src/cli/console/flow.ts';
import { type Look, topLines } from '../../../../src/cli/console/top-lines.ts';
import type { GatewayStatus } from '../../../../src/gateway-status.ts';
import { attempts, endpoint, exchanges, gateway, pool } from './statuses.ts';

const PLAIN = { width: 100, colour: false };

/** A gateway whose two endpoints have ended so many requests. */
function look(
  uptime: number,
  [a, b]: readonly [number, number],
  said: Partial<GatewayStatus> = {},
): GatewayStatus {
  const endpoints = [
    endpoint('a:1', { attempts: attempts({ ended: a, answerBytes: 1000 * a }), inFlight: 1 }),
    endpoint('b:1', { attempts: attempts({ ended: b, errors: { connection_refused: b } }), inFlight: 7 }),
  ];
  return gateway([pool('api', endpoints, { exchanges: exchanges({ ended: a + b }) })], {
    uptime,
    traffic: exchanges({ ended: a + b }),
    ...said,
  });
}

test('rates are differences of counters, by the clock of the gateway', () => {
  const after = look(12_000, [1600, 10]);
  const flows = new Flows(look(10_000, [1000, 0]), after);
  assert.equal(flows.total(after).requests, 305);
  assert.equal(flows.pools(after)[0]!.requests, 305);
  const [a, b] = flows.endpoints(after);
  assert.deepEqual([a!.requests, a!.errors, a!.bytesOut], [300, 0, 300_000]);
  assert.deepEqual([b!.requests, b!.errors], [5, 5]);
});

test('a process that began anew, and an endpoint that is new, count from now on', () => {
  const after = look(1000, [5, 5]);
  assert.equal(new Flows(look(10_000, [1000, 0]), after).total(after).requests, 0);
  const other = look(12_000, [5, 5], { pid: 4243 });
  assert.equal(new Flows(look(10_000, [1, 1]), other).total(other).requests, 0);
  const grown = gateway([pool('api', [endpoint('c:1', { attempts: attempts({ ended: 9 }) })])], {
    uptime: 12_000,
  });
  assert.equal(new Flows(look(10_000, [1, 1]), grown).endpoints(grown)[0]!.requests, 0);
});

for (const [order, first] of [
  ['r', 'api/a:1'],
  ['e', 'api/b:1'],
  ['b', 'api/b:1'],
  ['n', 'api/a:1'],
] as const) {
  test(`endpoints are sorted by what the key ${order} stands for`, () => {
    const shown: Look = {
      status: look(12_000, [1600, 10]),
      before: look(10_000, [1000, 0]),
      order,
      trouble: '',
    };
    const lines = topLines(shown, PLAIN, 24);
    const at = lines.findIndex(line => line.startsWith('ENDPOINT'));
    assert.ok(lines[at + 1]!.startsWith(first), lines[at + 1]);
    assert.match(lines.at(-1)!, new RegExp(`${order} \\w+ \\*`));
  });
}

test('a small terminal shows the busiest, and says how many there are besides', () => {
  const endpoints = Array.from({ length: 50 }, (_, i) => endpoint(`e${i}:1`));
  const status = gateway([pool('api', endpoints)]);
  const lines = topLines({ status, before: undefined, order: 'r', trouble: '' }, PLAIN, 20);
  assert.equal(lines.length, 20);
  assert.match(lines.at(-1)!, /^38 more; /);
});

test('a gateway that does not answer any more is told of, with what was last known', () => {
  const status = look(1000, [1, 1]);
  const lines = topLines({ status, before: undefined, order: 'r', trouble: 'no gateway answers' }, PLAIN, 24);
  assert.equal(lines.at(-1), 'no gateway answers');
  assert.ok(lines.some(line => line.startsWith('api/a:1')));
});
