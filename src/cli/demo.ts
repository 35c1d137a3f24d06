import type { Command } from 'commander';
import { type FlagValues, loadConfig } from '../config/load.ts';
import type { Gateway } from '../gateway.ts';
import { startDemoBackend } from './demo-backend.ts';
import { Failure } from './usage-error.ts';

const USUAL = '127.0.0.1:8080';

/** The backends and their weights: the first gets three requests of six. */
const BACKENDS = [
  ['apple', 3],
  ['pear', 2],
  ['plum', 1],
] as const;

/** Adds `demo`: small built-in backends and a gateway in front, to try things with. */
export function addDemo(program: Command): void {
  program
    .command('demo')
    .description('start three small built-in backends and a gateway in front, and say what to try')
    .option('-l, --listen <ADDR>', `where to listen (default: ${USUAL}, or any free port if that is taken)`)
    .action(demo);
}

async function demo({ listen }: { listen?: string }): Promise<void> {
  const backends = await Promise.all(
    BACKENDS.map(async ([name, weight]) => `${await startDemoBackend(name)},name=${name},weight=${weight}`),
  );
  const gateway = await start({ backend: backends, balance: 'round-robin' }, listen);
  process.stdout.write(guide(gateway.addresses[0]!));
}

async function start(flags: FlagValues, listen: string | undefined): Promise<Gateway> {
  const { runGateway } = await import('./run-gateway.ts');
  const run = (address: string): Promise<Gateway> =>
    runGateway(loadConfig({ ...flags, listen: [address] }, undefined, process.stdout.isTTY === true));
  if (listen !== undefined) return run(listen);
  try {
    return await run(USUAL);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return run('127.0.0.1:0');
  }
}

function guide(address: string): string {
  const unix = address.startsWith('unix:');
  const curl = unix ? `curl --unix-socket ${address.slice(5)}` : 'curl';
  const url = unix ? 'http://localhost' : address;
  return `
Three backends, ${BACKENDS.map(([name, weight]) => `${name} (weight ${weight})`).join(', ')}, stand behind ${address}. Try:

  ${curl} ${url}/                          one of them answers; again, and another one does
  ${curl} ${url}/slow                      an answer that takes two seconds
  ${curl} -N ${url}/stream                 server-sent events, passed on one by one
  ${curl} -d 'hello' ${url}/echo           what the backend saw of the request

Each answer leaves a line here. Ctrl-C ends it; requests under way may finish.

`;
}
