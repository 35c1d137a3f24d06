import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ERRORS } from '../../../src/errors.ts';
import type { AccessRecord } from '../../../src/log/log.ts';
import { Traffic } from '../../../src/pool/traffic.ts';
import { outcomeOf, outcomeOfError, RETRIES, UNTOLD } from '../../../src/pool/traffic-cells.ts';
import { attemptTraffic, exchangeTraffic } from '../../../src/pool/traffic-report.ts';

/** A clock that is set by hand, and what counts by it. */
class Counted {
  at = 1_000_000;
  readonly whole = new Traffic(() => this.at);
  readonly part = new Traffic(() => this.at, this.whole);

  pass(milliseconds: number): void {
    this.at += milliseconds;
  }
}

/** An exchange that came so many milliseconds ago, had its first byte half that time ago, and ends now. */
function ended(at: number, status: number, reason = '', took = 8): AccessRecord {
  return {
    status,
    reason,
    startedAt: at - took,
    grantedAt: at - took,
    firstByteAt: at - took / 2,
    endedAt: at,
    queueTime: 1,
  } as AccessRecord;
}

test('every status and every kind of error has a cell of its own', () => {
  const cells = [100, 204, 302, 499, 599].map(outcomeOf);
  const kinds = Object.keys(ERRORS).map(outcomeOfError);
  assert.equal(new Set([...cells, ...kinds]).size, 5 + kinds.length);
});

test('what says of itself nothing that can be is a defect', () => {
  for (const status of [0, 99, 600, Number.NaN]) assert.equal(outcomeOf(status), UNTOLD);
  assert.equal(outcomeOfError('no such kind'), UNTOLD);
  assert.equal(UNTOLD, outcomeOfError('internal_error'));
});

test('answers and errors add up to all that ended, and errors of the pool are refusals', () => {
  const { part, at } = new Counted();
  for (const status of [101, 200, 200, 302, 404, 500]) part.ended(ended(at, status));
  for (const kind of ['connection_refused', 'queue_timeout', 'queue_timeout', 'client_gone'])
    part.ended(ended(at, 503, kind));
  const { ended: all, answers, errors, refused } = exchangeTraffic(part, at);
  assert.equal(all, 10);
  assert.deepEqual(answers, { '1xx': 1, '2xx': 2, '3xx': 1, '4xx': 1, '5xx': 1 });
  assert.deepEqual(errors, { connection_refused: 1, queue_timeout: 2, client_gone: 1 });
  assert.equal(refused, 2);
});

test('what is counted in a part is counted in the whole, and stays there when the part goes', () => {
  const f = new Counted();
  const other = new Traffic(() => f.at, f.whole);
  const lone = new Traffic(() => f.at, other);
  f.part.count(RETRIES);
  other.count(RETRIES, 2);
  lone.count(RETRIES, 4);
  const retries = () => exchangeTraffic(f.whole, f.at).retries;
  assert.equal(retries(), 7);
  other.depart();
  assert.equal(retries(), 7);
  other.count(RETRIES, 8);
  other.depart();
  assert.equal(retries(), 15, 'what ends after its pool has gone is counted all the same');
  assert.equal(exchangeTraffic(f.part, f.at).retries, 1);
});

test('rates and latencies of a whole are those of its parts together, and no part makes a peak as it goes', () => {
  const f = new Counted();
  f.pass(3000);
  const late = new Traffic(() => f.at, f.whole);
  for (let second = 0; second < 10; second++) {
    for (const traffic of [f.part, late]) traffic.ended(ended(f.at, 200, '', second + 1));
    f.pass(1000);
  }
  const before = exchangeTraffic(f.whole, f.at);
  assert.deepEqual(before.rates.ended, { s1: 2, s10: 2, s60: 20 / 13 });
  assert.deepEqual([before.latency.whole!.count, before.latency.whole!.max], [20, 10]);
  late.depart();
  assert.deepEqual(exchangeTraffic(f.whole, f.at), before);
});

test('connections that came to nothing are those on which nothing was sent', () => {
  const { part, at } = new Counted();
  for (const kind of ['connection_refused', 'connection_timeout', 'dns_error', 'connection_terminated'])
    part.count(outcomeOfError(kind));
  assert.equal(attemptTraffic(part, at).connections.failed, 3);
});

test('a rate is that of whole seconds, and of the time that there has been', () => {
  const f = new Counted();
  for (let second = 0; second < 5; second++) {
    for (let i = 0; i < 100; i++) f.part.count(outcomeOf(200));
    f.pass(1000);
  }
  const { ended } = exchangeTraffic(f.part, f.at).rates;
  assert.deepEqual(ended, { s1: 100, s10: 100, s60: 100 });
});

test('a rate is 0 before the first second is over, and after the last event has been forgotten', () => {
  const f = new Counted();
  f.part.count(outcomeOf(200));
  assert.deepEqual(exchangeTraffic(f.part, f.at).rates.ended, { s1: 0, s10: 0, s60: 0 });
  f.pass(1000);
  assert.deepEqual(exchangeTraffic(f.part, f.at).rates.ended, { s1: 1, s10: 1, s60: 1 });
  f.pass(1000);
  assert.deepEqual(exchangeTraffic(f.part, f.at).rates.ended, { s1: 0, s10: 0.5, s60: 0.5 });
  f.pass(10_000);
  assert.deepEqual(exchangeTraffic(f.part, f.at).rates.ended, { s1: 0, s10: 0, s60: 1 / 12 });
  f.pass(600_000);
  assert.deepEqual(exchangeTraffic(f.part, f.at).rates.ended, { s1: 0, s10: 0, s60: 0 });
});

test('rates of errors and bytes are those of the same seconds, though nothing else is counted there', () => {
  const f = new Counted();
  f.part.count(outcomeOfError('connection_refused'));
  for (let second = 0; second < 30; second++) {
    f.pass(1000);
    f.part.sent(1000);
    f.part.received(10);
  }
  f.pass(1000);
  const { errors, ended, answerBytes, requestBytes } = exchangeTraffic(f.whole, f.at).rates;
  assert.deepEqual(answerBytes, { s1: 1000, s10: 1000, s60: (30 * 1000) / 31 });
  assert.deepEqual(requestBytes.s10, 10);
  assert.deepEqual([errors.s10, errors.s60, ended.s60], [0, 1 / 31, 1 / 31]);
});

test('latencies are those of exchanges for which something was done, tunnels apart', () => {
  const { part, at } = new Counted();
  part.ended(ended(at, 200, '', 8));
  part.ended(ended(at, 502, 'http_response_timeout', 80));
  part.ended(ended(at, 101, '', 100_000));
  part.ended(ended(at, 503, 'queue_timeout', 30_000));
  part.ended(ended(at, 400, 'http_request_error', 1));
  const { whole, firstByte } = exchangeTraffic(part, at).latency;
  assert.deepEqual([whole!.count, whole!.max], [2, 80]);
  assert.equal(firstByte!.count, 2, 'an answer that broke off, and one that never came, have no first byte');
});

test('the time in the queue is that of all who asked for a lease', () => {
  const { part, at } = new Counted();
  part.ended({ ...ended(at, 503, 'queue_timeout'), grantedAt: 0, queueTime: 30_000 });
  part.ended({ ...ended(at, 200), queueTime: 0 });
  part.ended({ ...ended(at, 404, 'no_route'), grantedAt: 0, queueTime: 0 });
  const { queue } = exchangeTraffic(part, at).latency;
  assert.deepEqual([queue!.count, queue!.max, queue!.p50], [2, 30_000, 0]);
});
