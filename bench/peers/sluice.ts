import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command } from '../program.ts';
import type { Holder, HoldSetup, Peer, PhpSetup, RoutesSetup, Setup, Site, TlsSetup } from './peer.ts';
import { printedVersion } from './version.ts';

const LAUNCHER = fileURLToPath(new URL('../../bin/sluice.js', import.meta.url));

/** This project, in one process of the Node that runs the bench. */
export const sluice: Peer = {
  name: 'sluice',
  debianPackage: undefined,
  logs: true,
  warmUp: 10,
  version() {
    if (!existsSync(LAUNCHER)) throw new Error('bin/sluice.js is not there');
    return printedVersion(process.execPath, LAUNCHER, 'version');
  },
  http: (setup: Setup): Command => serve(setup, flags(setup)),
  tls: (setup: TlsSetup): Command =>
    serve(setup, flags(setup), 'off', `,tls,cert=${setup.certificate.cert},key=${setup.certificate.key}`),
  routes: (setup: RoutesSetup): Command => serve(setup, [...flags(setup), ...routeFlags(setup)]),
  php: (setup: PhpSetup): Command => serve(setup, phpFlags(setup, '')),
  holder,
};

/** The same, told how many workers PHP-FPM has. */
export const sluiceMaxConns: Peer = {
  name: 'sluice-max-conns',
  debianPackage: undefined,
  logs: false,
  warmUp: sluice.warmUp,
  version: sluice.version,
  php: (setup: PhpSetup): Command => serve(setup, phpFlags(setup, `,max-conns=${setup.workers}`)),
};

function serve(site: Site, flags: readonly string[], admin = 'off', options = ''): Command {
  return {
    file: process.execPath,
    args: [LAUNCHER, 'serve', '--listen', `127.0.0.1:${site.port}${options}`, '--admin', admin, ...flags],
    env: { XDG_RUNTIME_DIR: site.folder },
  };
}

function holder(setup: HoldSetup): Holder {
  const admin = `unix:${setup.folder}/admin.sock`;
  const order = (...words: string[]): Command => ({
    file: process.execPath,
    args: [LAUNCHER, ...words, '--admin', admin],
  });
  const { heldPort, otherPort, slots, clients } = setup;
  const pools = [
    '--pool',
    `held=http://127.0.0.1:${heldPort},max-conns=${slots}`,
    '--route',
    'path=/held/* -> held',
    '--backend',
    `http://127.0.0.1:${otherPort}`,
  ];
  const room = [
    '--queue',
    String(clients),
    '--queue-timeout',
    '1h',
    '--max-connections',
    String(2 * clients),
  ];
  return {
    serve: serve(setup, [...pools, ...room, '--access-log', 'off'], admin),
    hold: order('hold', 'held'),
    resume: order('resume', 'held'),
  };
}

function flags(setup: Setup): string[] {
  const own = [
    '--backend',
    `http://127.0.0.1:${setup.backendPort}`,
    '--access-log',
    setup.accessLog ?? 'off',
  ];
  return setup.queueing ? [...own, '--max-conns', '1', '--queue', '20000', '--queue-timeout', '1h'] : own;
}

function routeFlags({ hosts, paths }: RoutesSetup): string[] {
  const rules = [
    ...hosts.map(({ host, path }) => `host=${host} path=${path}/* -> default`),
    ...paths.map(path => `path=${path}/* -> default`),
  ];
  return rules.flatMap(rule => ['--route', rule]);
}

function phpFlags({ socket, root }: PhpSetup, option: string): string[] {
  const backend = `fcgi+unix://${socket}${option}`;
  return ['--backend', backend, '--root', root, '--index', 'index.php', '--access-log', 'off'];
}
