import { Command } from 'commander';
import { addCheck } from './check.ts';
import { addConsole } from './console/index.ts';
import { addDemo } from './demo.ts';
import { addExplain } from './explain.ts';
import { addProbe } from './probe.ts';
import { addServe } from './serve.ts';
import { addVersion } from './version.ts';

/** The command of a line that names none. */
export const DEFAULT_COMMAND = 'serve';

const AFTER = `
Start with:
  sluice demo                                     built-in backends and a gateway in front
  sluice --backend http://127.0.0.1:3000          listens on :8080
  sluice --config sluice.yaml
All flags: sluice serve --help`;

/** All commands; mistakes in a command line are thrown as CommanderError, nothing is written about them. */
export function createProgram(): Command {
  const program = new Command('sluice')
    .description('A backend gateway: balancing, queueing, failover and streaming in front of your servers.')
    .exitOverride()
    .showSuggestionAfterError(false)
    .configureOutput({ writeErr: () => {} })
    .addHelpText('after', AFTER);
  addServe(program, DEFAULT_COMMAND);
  addConsole(program);
  addCheck(program);
  addExplain(program);
  addProbe(program);
  addDemo(program);
  addVersion(program);
  return program;
}
