import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OutcomeWindow } from '../../../src/pool/outcome-window.ts';

function counts({ answers, failed, slow }: OutcomeWindow): number[] {
  return [answers, failed, slow];
}

test('what happened within the window is counted', () => {
  const window = new OutcomeWindow(1000);
  window.count(5000, false, false);
  window.count(5400, true, false);
  window.count(5800, false, true);
  assert.deepEqual(counts(window), [3, 1, 1]);
});

test('what is older is forgotten, a tenth of the window at a time', () => {
  const window = new OutcomeWindow(1000);
  for (let at = 5000; at < 6000; at += 50) window.count(at, true, true);
  assert.deepEqual(counts(window), [20, 20, 20]);
  window.count(6000, false, false);
  assert.deepEqual(counts(window), [19, 18, 18]);
  window.count(6550, false, false);
  assert.deepEqual(counts(window), [10, 8, 8]);
});

test('after a pause nothing of before is left', () => {
  const window = new OutcomeWindow(1000);
  for (let i = 0; i < 9; i++) window.count(5000 + i * 100, true, true);
  window.count(9000, false, false);
  assert.deepEqual(counts(window), [1, 0, 0]);
});

test('an answer that goes bad later is no answer more', () => {
  const window = new OutcomeWindow(1000);
  window.count(5000, false, false);
  window.spoil(5100);
  assert.deepEqual(counts(window), [1, 1, 0]);
  window.count(6050, false, false);
  assert.deepEqual(counts(window), [1, 1, 0]);
  window.count(6150, false, false);
  assert.deepEqual(counts(window), [2, 0, 0]);
});
