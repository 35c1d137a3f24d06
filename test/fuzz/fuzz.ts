import { parseArgs } from 'node:util';
import { now } from '../../src/clock.ts';
import { caseOf, check } from './check.ts';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string' } },
});

const seconds = Number(values.seconds);
const first = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);

if (!(seconds > 0) || !Number.isSafeInteger(first) || first < 0) {
  console.error(
    'usage: npm run fuzz -- [--seconds N] [--seed N], with N above 0, and a whole number for the seed',
  );
  process.exit(2);
}

let tried = 0;
let accepted = 0;
const end = now() + seconds * 1000;
while (now() < end && process.exitCode === undefined) {
  const seed = first + tried;
  const { drawn, random } = caseOf(seed);
  const verdict = await check(drawn, random);
  tried++;
  accepted += verdict.accepted;
  if (verdict.problem !== undefined) {
    const kind = drawn.method === undefined ? 'requests' : `answers to ${drawn.method}`;
    console.error(
      `--seed ${seed}, ${kind}:\n${JSON.stringify(drawn.bytes.toString('latin1'))}\n${verdict.problem}`,
    );
    process.exitCode = 1;
  }
}
console.log(`tried ${tried} byte streams from seed ${first}, accepted ${accepted} messages`);
process.exit();
