import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BackOff } from '../../../src/supervisor/back-off.ts';
import { Demand } from '../../../src/supervisor/demand.ts';

test('the demand is the highest load of the whole idle time, in processes', () => {
  const demand = new Demand(1000, 2);
  assert.equal(demand.pace, 250);
  assert.equal(demand.processes, Infinity);
  for (const peak of [7, 1, 1, 1]) demand.sample(peak);
  assert.equal(demand.processes, 4);
  demand.sample(1);
  assert.equal(demand.processes, 1);
  for (let i = 0; i < 4; i++) demand.sample(0);
  assert.equal(demand.processes, 0);
});

test('rests double from 100 ms to 30 s, and begin anew after a good run', () => {
  const backOff = new BackOff();
  const rests = Array.from({ length: 11 }, () => backOff.after(0));
  assert.deepEqual(rests, [100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000]);
  assert.equal(backOff.after(9_999), 30_000);
  assert.equal(backOff.after(10_000), 100);
});
