import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from '../program.ts';
import { caddyPhp } from './fastcgi/caddy.ts';
import type { Peer, Setup } from './peer.ts';
import { printedVersion } from './version.ts';

/** Caddy's reverse_proxy with as many idle connections to the backend as the load can use. */
export const caddy: Peer = {
  name: 'caddy',
  debianPackage: 'caddy',
  logs: false,
  warmUp: 0,
  version: () => printedVersion('caddy', 'version'),
  php: caddyPhp,
  http(setup: Setup): Command {
    const file = join(setup.folder, 'Caddyfile');
    writeFileSync(file, caddyText(setup));
    return {
      file: 'caddy',
      args: ['run', '--config', file, '--adapter', 'caddyfile'],
      env: { HOME: setup.folder, XDG_CONFIG_HOME: setup.folder, XDG_DATA_HOME: setup.folder },
    };
  },
};

function caddyText(setup: Setup): string {
  return `{
	admin off
	auto_https off
	log {
		level ERROR
	}
}
http://:${setup.port} {
	bind 127.0.0.1
	reverse_proxy 127.0.0.1:${setup.backendPort} {
		transport http {
			keepalive 1h
			keepalive_idle_conns 1024
			keepalive_idle_conns_per_host 1024
			compression off
		}
	}
}
`;
}
