import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from '../../program.ts';
import type { PhpSetup } from '../peer.ts';

/** Never more connections to PHP-FPM than it has workers; they are kept, and whoever finds none waits in the queue. */
export function haproxyPhp(setup: PhpSetup): Command {
  const file = join(setup.folder, 'haproxy.cfg');
  writeFileSync(file, haproxyText(setup));
  return { file: 'haproxy', args: ['-db', '-q', '-f', file] };
}

function haproxyText({ port, socket, workers, root }: PhpSetup): string {
  return `global
  nbthread 1
  maxconn 4000
  no strict-limits
defaults
  mode http
  http-reuse always
  timeout connect 5s
  timeout client 1h
  timeout server 1h
  timeout queue 1h
  timeout http-keep-alive 1h
frontend clients
  bind 127.0.0.1:${port} backlog 4096
  maxconn 4000
  default_backend php
backend php
  use-fcgi-app php
  server fpm unix@${socket} proto fcgi maxconn ${workers}
fcgi-app php
  docroot ${root}
  index index.php
  path-info ^(/.+\\.php)(/.*)?$
  option keep-conn
`;
}
