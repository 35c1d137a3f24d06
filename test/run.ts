import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { installPrograms } from './support/debian.ts';

/** Tests of parts that neither start processes nor set anything of their own: they can share one, and most of their time is its start. */
const TOGETHER =
  /^test\/unit\/(?:answers|cgi|client|config|cookies|directed|explain|http1|log|pool|protocols|resolver|rewrite|router|site)\//;

const root = join(import.meta.dirname, '..');
const words = process.argv.slice(2);

for (const line of installPrograms(!words.includes('--no-install'))) console.log(line);

const passedOn = words.filter(word => word !== '--no-install');
const options = passedOn.filter(word => word.startsWith('-'));
const files = passedOn.filter(word => !word.startsWith('-'));

// Hundreds of processes load the same files: what one has compiled the others need not. To load them takes less time with
// room for what is new.
const env = { ...process.env, NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'compile') };
const common = ['--test', '--min-semi-space-size=16', '--test-timeout=120000', ...options];
const concurrency = Math.min(availableParallelism() + 1, 4);

if (files.length > 0) run([`--test-concurrency=${concurrency}`, ...files], 'inherit');
else {
  const all = globSync('test/**/*.test.ts', { cwd: root }).sort();
  const together = all.filter(file => TOGETHER.test(file));
  const apart = all.filter(file => !TOGETHER.test(file));
  run(['--test-isolation=none', ...together], 'pipe');
  run([`--test-concurrency=${concurrency}`, ...apart], 'inherit');
}

/** Runs some of the tests; what is piped is shown when they have ended. The status is that of the worst. */
function run(args: readonly string[], output: 'inherit' | 'pipe'): void {
  const child = spawn(process.execPath, [...common, ...args], {
    cwd: root,
    env,
    stdio: ['inherit', output, 'inherit'],
  });
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  child.on('error', error => {
    console.error(`cannot run the tests: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('close', (code, signal) => {
    process.stdout.write(text);
    if (signal) console.error(`the tests were ended by ${signal}`);
    process.exitCode = Math.max(Number(process.exitCode ?? 0), code ?? 1);
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
}
