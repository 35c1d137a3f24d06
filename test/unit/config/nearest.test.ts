import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearest, unknownWord } from '../../../src/config/nearest.ts';

test('the nearest word is the one with the fewest edits, swaps counted once', () => {
  assert.equal(nearest('lsiten', ['list', 'listen', 'listed']), 'listen');
  assert.equal(nearest('--BACKEND', ['--backend', '--balance']), '--backend');
});

test('a word that is like none has no nearest', () => {
  assert.equal(nearest('zzzzzz', ['listen', 'backend']), undefined);
  assert.equal(nearest('x', []), undefined);
});

test('an unknown word without a near one is answered with all, if they are few', () => {
  assert.equal(
    unknownWord('key', 'timout', ['timeouts', 'queue']),
    'unknown key "timout"; the nearest known one is "timeouts"',
  );
  assert.equal(
    unknownWord('key', 'zzzzzz', ['timeouts', 'queue']),
    'unknown key "zzzzzz"; known are: timeouts, queue',
  );
  const many = Array.from({ length: 30 }, (_, i) => `longer-word-${i}`);
  assert.equal(unknownWord('key', 'zzzzzz', many), 'unknown key "zzzzzz"');
});

test('a word of any length is answered', () => {
  assert.equal(nearest('x'.repeat(100_000), ['listen']), undefined);
});
