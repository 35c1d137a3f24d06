import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseOptions, UsageError } from '../../../bench/options.ts';

const SCENARIOS = ['http-small', 'idle'];
const PEERS = ['nginx', 'sluice'];

function parse(...args: string[]) {
  return parseOptions(args, SCENARIOS, PEERS);
}

test('without flags everything is measured and installed', () => {
  const options = parse();
  assert.deepEqual(options?.only, SCENARIOS);
  assert.deepEqual(options?.peers, PEERS);
  assert.equal(options?.install, true);
});

test('names keep the order of the tables', () => {
  assert.deepEqual(parse('--peers', 'sluice,nginx')?.peers, ['nginx', 'sluice']);
});

test('numbers and files are taken over', () => {
  const options = parse('--rounds', '3', '--seconds=2', '--json', 'a.json', '--no-install');
  assert.equal(options?.rounds, 3);
  assert.equal(options?.seconds, 2);
  assert.equal(options?.json, 'a.json');
  assert.equal(options?.install, false);
});

test('an unknown name is refused with the known ones', () => {
  assert.throws(() => parse('--only', 'htp-small'), {
    message: '--only: "htp-small" is none of http-small, idle',
  });
});

test('a count that is none is refused with the flag', () => {
  for (const text of ['0', '-1', '1.5', 'many', '']) {
    assert.throws(() => parse(`--rounds=${text}`), /^Error: --rounds: expected a whole number/);
  }
});

test('an unknown flag is refused with the way to the known ones', () => {
  assert.throws(
    () => parse('--round', '3'),
    (error: Error) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, /'--round'.*--help lists the flags/s);
      return true;
    },
  );
});

test('help asks for nothing else', () => {
  assert.equal(parse('-h'), undefined);
});
