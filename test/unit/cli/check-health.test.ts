import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { healthLines } from '../../../src/cli/health-summary.ts';
import { summary } from '../../../src/cli/summary.ts';
import { warnings } from '../../../src/cli/warnings.ts';
import { type FlagValues, loadConfig } from '../../../src/config/load.ts';
import { temporaryFolder } from '../../support/socket-path.ts';

function lines(flags: FlagValues): readonly string[] {
  return healthLines(
    loadConfig({ backend: ['http://10.0.0.1:1'], 'max-fails': '0', ...flags }).pools[0]!,
  ).slice(1);
}

test('the summary of a pool says how it is checked', () => {
  assert.deepEqual(lines({}), []);
  assert.deepEqual(lines({ check: '/up', 'check-host': 'a.test', 'check-body': 'grün', 'check-rise': '1' }), [
    'checked: GET /up of a.test every 5s, within 2s, passed with 200-399 with "grün" in it',
    '  up after 1 in a row, down after 3',
  ]);
  assert.deepEqual(lines({ check: 'connect' }), [
    'checked: a connection every 5s, within 2s',
    '  up after 2 in a row, down after 3',
  ]);
});

test('the summary of a pool says when it fails as a whole, and how it comes back', () => {
  assert.deepEqual(lines({ 'slow-start': '30s', 'all-down': 'fail', breaker: '50%,latency=1s,min=5' }), [
    'an endpoint that joins or comes back has its whole share after 30s',
    'while no endpoint is up, requests get 503 at once',
    'breaker: fails for 5s when 50% of the answers are errors or the median answer takes 1s, of 5 or more within 10s',
  ]);
});

test('the summary of a pool says what holds it and what passes, and a hold that is on is warned of', t => {
  const file = join(temporaryFolder(t), 'held');
  const flags = { 'hold-file': file, 'hold-bypass': ['/up', '/api/*'] };
  assert.deepEqual(lines({ 'hold-file': file }), [`held while ${file} exists, nothing passes`]);
  assert.deepEqual(lines(flags), [`held while ${file} exists, /up and /api/* pass`]);
  assert.deepEqual(lines({ 'hold-bypass': ['/up'] }), ['when it is held, /up passes']);
  const config = loadConfig({ backend: ['http://10.0.0.1:1'], ...flags });
  assert.deepEqual(warnings(config), []);
  writeFileSync(file, '');
  assert.deepEqual(warnings(config), [
    `the pool default: ${file} exists, so its requests are held until it is removed`,
  ]);
});

test('a pool that could hold nothing is warned of', t => {
  const flags = { backend: ['http://10.0.0.1:1'], 'hold-file': join(temporaryFolder(t), 'held') };
  assert.deepEqual(warnings(loadConfig({ ...flags, queue: '0' })), [
    'the pool default has a hold file and no queue: requests that should be held would get 503; give it a queue',
  ]);
});

test('the summary says where commands are taken', t => {
  const token = join(temporaryFolder(t), 'token');
  writeFileSync(token, 'x'.repeat(32));
  const said = (flags: FlagValues): string =>
    /^Commands: (.*)$/m.exec(summary(loadConfig({ backend: ['http://10.0.0.1:1'], ...flags })))![1]!;
  assert.equal(said({ admin: 'off' }), 'none are taken');
  assert.equal(said({ admin: 'unix:/tmp/x' }), 'unix:/tmp/x');
  assert.equal(
    said({ admin: '127.0.0.1:9,host=a.test', 'admin-token-file': token }),
    `127.0.0.1:9, also as a.test, with the token in ${token}`,
  );
});
