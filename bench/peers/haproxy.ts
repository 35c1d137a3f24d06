import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from '../program.ts';
import { haproxyPhp } from './fastcgi/haproxy.ts';
import type { Peer, Setup, TlsSetup } from './peer.ts';
import { printedVersion } from './version.ts';

/** HAProxy with one thread and shared keep-alive connections to the backend. */
export const haproxy: Peer = {
  name: 'haproxy',
  debianPackage: 'haproxy',
  logs: false,
  warmUp: 0,
  version: () => printedVersion('haproxy', '-v'),
  php: haproxyPhp,
  http: (setup: Setup): Command => command(setup, ''),
  tls: (setup: TlsSetup): Command => command(setup, ` ssl crt ${setup.certificate.both}`),
};

function command(setup: Setup, ssl: string): Command {
  const file = join(setup.folder, 'haproxy.cfg');
  writeFileSync(file, haproxyText(setup, ssl));
  return { file: 'haproxy', args: ['-db', '-q', '-f', file] };
}

/** Without strict limits it starts with fewer files than two for each connection, which is more than ever needed. */
function haproxyText(setup: Setup, ssl: string): string {
  const connections = Math.min(16_000, setup.fileLimit - 200);
  return `global
  nbthread 1
  maxconn ${connections}
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
  bind 127.0.0.1:${setup.port}${ssl} backlog 4096
  maxconn ${connections}
  unique-id-format %[uuid]
  unique-id-header X-Request-Id
  option forwardfor
  http-request set-header X-Forwarded-Proto ${ssl === '' ? 'http' : 'https'}
  http-request set-header X-Forwarded-Host %[req.hdr(host)]
  http-request add-header Via "1.1 haproxy"
  default_backend servers
backend servers
  server backend 127.0.0.1:${setup.backendPort}${setup.queueing ? ' maxconn 1' : ''}
`;
}
