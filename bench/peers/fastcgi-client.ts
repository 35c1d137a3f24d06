import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Command } from '../program.ts';
import type { Peer, PhpSetup } from './peer.ts';

const PROGRAM = fileURLToPath(new URL('./fastcgi/client-gateway.ts', import.meta.url));
const PACKAGE = 'fastcgi-client/package.json';

/** What one gets in Node with a package in place of a gateway: node:http in front, fastcgi-client behind. */
export const fastcgiClient: Peer = {
  name: 'fastcgi-client',
  debianPackage: undefined,
  logs: false,
  warmUp: 10,
  version() {
    const file = createRequire(import.meta.url).resolve(PACKAGE);
    return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
  },
  php: ({ port, socket, root }: PhpSetup): Command => ({
    file: process.execPath,
    args: ['--no-deprecation', PROGRAM, String(port), socket, root],
  }),
};
