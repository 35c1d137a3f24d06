import assert from 'node:assert/strict';
import { test } from 'node:test';
import { caseOf, check } from './check.ts';

const CASES = 2500;

test('mutated messages are read in one way, however they are split, and as Node reads them', async () => {
  let accepted = 0;
  for (let seed = 1; seed <= CASES; seed++) {
    const { drawn, random } = caseOf(seed);
    const verdict = await check(drawn, random);
    const text = JSON.stringify(drawn.bytes.toString('latin1'));
    assert.equal(verdict.problem, undefined, `--seed ${seed}: ${text}\n${verdict.problem}`);
    accepted += verdict.accepted;
  }
  assert.ok(
    accepted > CASES / 10,
    `only ${accepted} messages of ${CASES} streams were accepted: the corpus is stale`,
  );
});
