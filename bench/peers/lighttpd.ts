import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from '../program.ts';
import { lighttpdPhp } from './fastcgi/lighttpd.ts';
import type { Peer, Setup } from './peer.ts';
import { printedVersion } from './version.ts';

/** lighttpd's mod_proxy, which opens a connection to the backend for each request; bodies pass as they come. */
export const lighttpd: Peer = {
  name: 'lighttpd',
  debianPackage: 'lighttpd',
  logs: false,
  warmUp: 0,
  version: () => printedVersion('lighttpd', '-v'),
  php: lighttpdPhp,
  http(setup: Setup): Command {
    const file = join(setup.folder, 'lighttpd.conf');
    writeFileSync(file, lighttpdText(setup));
    return { file: 'lighttpd', args: ['-D', '-f', file] };
  },
};

function lighttpdText(setup: Setup): string {
  return `server.document-root = "${setup.folder}"
server.upload-dirs = ( "${setup.folder}" )
server.errorlog = "${setup.folder}/lighttpd.err"
server.bind = "127.0.0.1"
server.port = ${setup.port}
server.listen-backlog = 4096
server.max-fds = ${setup.fileLimit}
server.max-connections = ${Math.min(16_000, setup.fileLimit - 200)}
server.max-keep-alive-requests = 65535
server.max-keep-alive-idle = 3600
server.max-read-idle = 3600
server.max-write-idle = 3600
server.stream-request-body = 2
server.stream-response-body = 2
server.modules = ( "mod_proxy" )
proxy.server = ( "" => (( "host" => "127.0.0.1", "port" => ${setup.backendPort} )) )
`;
}
