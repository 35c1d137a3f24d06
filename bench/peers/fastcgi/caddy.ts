import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from '../../program.ts';
import type { PhpSetup } from '../peer.ts';

/** Caddy's php_fastcgi, which opens a connection for each request. */
export function caddyPhp(setup: PhpSetup): Command {
  const { folder } = setup;
  const file = join(folder, 'Caddyfile');
  writeFileSync(file, caddyText(setup));
  return {
    file: 'caddy',
    args: ['run', '--config', file, '--adapter', 'caddyfile'],
    env: { HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder },
  };
}

function caddyText({ port, root, socket }: PhpSetup): string {
  return `{
	admin off
	auto_https off
	log {
		level ERROR
	}
}
http://:${port} {
	bind 127.0.0.1
	root * ${root}
	php_fastcgi unix/${socket}
}
`;
}
