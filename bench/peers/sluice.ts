import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command } from '../program.ts';
import type { Peer, Setup } from './peer.ts';
import { printedVersion } from './version.ts';

const LAUNCHER = fileURLToPath(new URL('../../bin/sluice.js', import.meta.url));

/** This project, in one process of the Node that runs the bench. */
export const sluice: Peer = {
  name: 'sluice',
  debianPackage: undefined,
  logs: true,
  warmUp: 4,
  version() {
    if (!existsSync(LAUNCHER)) throw new Error('bin/sluice.js is not there');
    return printedVersion(process.execPath, LAUNCHER, 'version');
  },
  prepare: (setup: Setup): Command => ({
    file: process.execPath,
    args: [LAUNCHER, 'serve', ...flags(setup)],
    env: { XDG_RUNTIME_DIR: setup.folder },
  }),
};

function flags(setup: Setup): string[] {
  const listed = [
    ['--listen', `127.0.0.1:${setup.port}`],
    ['--backend', `http://127.0.0.1:${setup.backendPort}`],
    ['--access-log', setup.accessLog ?? 'off'],
  ];
  if (setup.queueing) {
    listed.push(['--max-conns', '1'], ['--queue', '20000'], ['--queue-timeout', '1h']);
  }
  return listed.flat();
}
