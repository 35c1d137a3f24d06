import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { installPrograms } from './support/debian.ts';

const root = join(import.meta.dirname, '..');
const words = process.argv.slice(2);

for (const line of installPrograms(!words.includes('--no-install'))) console.log(line);

const passedOn = words.filter(word => word !== '--no-install');
const options = passedOn.filter(word => word.startsWith('-'));
const files = passedOn.filter(word => !word.startsWith('-'));

// Hundreds of processes load the same files: what one has compiled the others need not.
const env = { ...process.env, NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'compile') };

const child = spawn(
  process.execPath,
  [
    '--test',
    `--test-concurrency=${Math.min(availableParallelism() + 1, 4)}`,
    '--test-timeout=120000',
    ...options,
    ...(files.length > 0 ? files : ['test/**/*.test.ts']),
  ],
  { cwd: root, env, stdio: 'inherit' },
);
child.on('error', error => {
  console.error(`cannot run the tests: ${error.message}`);
  process.exitCode = 1;
});
child.on('exit', (code, signal) => {
  if (signal) console.error(`the tests were ended by ${signal}`);
  process.exitCode = code ?? 1;
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
