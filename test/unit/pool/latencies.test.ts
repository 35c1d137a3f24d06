import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Latencies } from '../../../src/pool/latencies.ts';
import { seeded } from './support.ts';

const MINUTE = 60_000;

test('quantiles of durations from a microsecond to half an hour are at most 4 % off', () => {
  const random = seeded(7);
  for (let exponent = -3; exponent < 6; exponent += 0.1) {
    const latencies = new Latencies();
    const durations = Array.from({ length: 500 }, () => 10 ** exponent * (1 + random()));
    for (const duration of durations) latencies.record(duration, 0);
    durations.sort((a, b) => a - b);
    const { count, p50, p90, p99, max } = latencies.quantiles(0)!;
    assert.equal(count, 500);
    for (const [value, rank] of [
      [p50, 250],
      [p90, 450],
      [p99, 495],
    ] as const) {
      const exact = durations[rank - 1]!;
      // Below 16 microseconds a bucket is as wide as a microsecond.
      assert.ok(Math.abs(value - exact) <= Math.max(0.04 * exact, 0.001), `${value} for ${exact}`);
    }
    assert.ok(Math.abs(max - durations.at(-1)!) <= 0.0005, 'the maximum is exact');
  }
});

test('no quantile is above the maximum', () => {
  const latencies = new Latencies();
  latencies.record(33.01, 0);
  assert.deepEqual(latencies.quantiles(0), { count: 1, p50: 33.01, p90: 33.01, p99: 33.01, max: 33.01 });
});

test('without durations there are no quantiles, and neither after a minute without any', () => {
  const latencies = new Latencies();
  assert.equal(latencies.quantiles(5), null);
  latencies.record(1, 100_000);
  assert.equal(latencies.quantiles(100_000 + MINUTE - 1)!.count, 1);
  assert.equal(latencies.quantiles(100_000 + MINUTE + 10_000), null);
});

test('what is older than seventy seconds is forgotten, what is younger than sixty is not', () => {
  const latencies = new Latencies();
  for (let second = 0; second < 200; second++) {
    latencies.record(second, second * 1000);
    const { count, max } = latencies.quantiles(second * 1000)!;
    assert.ok(count >= Math.min(second + 1, 60) && count <= 70, `${count} after ${second} s`);
    assert.equal(max, second);
  }
  const { p50 } = latencies.quantiles(200_000)!;
  assert.ok(p50 > 160 && p50 < 175, `the middle of the last minute, not of all: ${p50}`);
});

test('durations that no clock gives are taken for the nearest that one could', () => {
  const latencies = new Latencies();
  latencies.record(-3, 0);
  latencies.record(1e12, 0);
  const { count, p50, max } = latencies.quantiles(0)!;
  assert.deepEqual([count, p50, max], [2, 0, 1e12]);
});
