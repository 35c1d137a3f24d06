import assert from 'node:assert/strict';
import type { AccessRecord } from '../../src/log/log.ts';
import type { AttemptTraffic, ExchangeTraffic } from '../../src/pool/traffic-status.ts';
import type { RunningGateway } from './gateway.ts';

/** What somebody else counted: exchanges that went well by the class of their status, the others by their kind. */
export interface Tally {
  readonly answers: Record<string, number>;
  readonly errors: Record<string, number>;
}

/** Counts access records. */
export function tallyOf(records: readonly AccessRecord[]): Tally {
  const tally: Tally = { answers: {}, errors: {} };
  for (const { status, reason } of records) {
    if (reason === '') add(tally.answers, `${String(status)[0]}xx`);
    else add(tally.errors, reason);
  }
  return tally;
}

/** Counts one more of something. */
export function add(counts: Record<string, number>, name: string, events = 1): void {
  counts[name] = (counts[name] ?? 0) + events;
}

/**
 * Holds the counters of a gateway that has finished all it had against its access records, and against one another: every
 * exchange is counted once, and so is every attempt, in the gateway, in its pool and at its endpoint.
 */
export function assertExact(gateway: RunningGateway): void {
  const { traffic, pools, exchanges } = gateway.gateway.status();
  const { records } = gateway;
  assert.equal(exchanges.underWay, 0);
  assert.equal(traffic.ended, records.length);
  assert.deepEqual(outcomes(traffic), tallyOf(records));
  assert.equal(traffic.requestBytes, total(records, 'bytesIn'));
  assert.equal(traffic.answerBytes, total(records, 'bytesOut'));
  assert.equal(traffic.tunnels.open, 0);
  for (const word of ['retries', 'queued', 'redirected', 'refused'] as const) {
    const parts = pools.map(pool => pool.exchanges[word]);
    assert.equal(traffic[word], parts.reduce(plus, 0), word);
  }
  let attempts = 0;
  for (const pool of pools) {
    attempts += pool.attempts.ended;
    const sums = pool.endpoints.map(endpoint => numbersOf(endpoint.attempts)).reduce(sumOf);
    assert.deepEqual(numbersOf(pool.attempts), sums, `pool ${pool.name} is the sum of its endpoints`);
    const { opened, reused } = pool.attempts.connections;
    assert.equal(opened + reused, pool.attempts.ended, 'every attempt has a connection');
    assert.equal(pool.attempts.tunnels.open + pool.exchanges.tunnels.open, 0);
  }
  assert.equal(attempts, records.map(record => record.attempts.length).reduce(plus, 0));
}

/** Outcomes that occurred. */
export function outcomes({ answers, errors }: ExchangeTraffic | AttemptTraffic): Tally {
  return { answers: Object.fromEntries(Object.entries(answers).filter(([, n]) => n > 0)), errors };
}

function plus(a: number, b: number): number {
  return a + b;
}

function total(records: readonly AccessRecord[], word: 'bytesIn' | 'bytesOut'): number {
  return records.reduce((sum, record) => sum + record[word], 0);
}

/** All that is counted of attempts; rates and latencies depend on time. */
function numbersOf({ rates: _, latency: __, ...counts }: AttemptTraffic): Record<string, number> {
  const flat: Record<string, number> = {};
  for (const [name, value] of Object.entries(counts)) {
    if (typeof value === 'number') flat[name] = value;
    else for (const [part, n] of Object.entries(value)) flat[`${name}.${part}`] = n as number;
  }
  return flat;
}

function sumOf(a: Record<string, number>, b: Record<string, number>): Record<string, number> {
  const sum = { ...a };
  for (const [name, n] of Object.entries(b)) add(sum, name, n);
  return sum;
}
