import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from '../../program.ts';
import type { PhpSetup } from '../peer.ts';

/** lighttpd's mod_fastcgi, which opens a connection for each request. */
export function lighttpdPhp(setup: PhpSetup): Command {
  const file = join(setup.folder, 'lighttpd.conf');
  writeFileSync(file, lighttpdText(setup));
  return { file: 'lighttpd', args: ['-D', '-f', file] };
}

function lighttpdText({ folder, port, fileLimit, root, socket }: PhpSetup): string {
  return `server.document-root = "${root}"
server.upload-dirs = ( "${folder}" )
server.errorlog = "${folder}/lighttpd.err"
server.bind = "127.0.0.1"
server.port = ${port}
server.listen-backlog = 4096
server.max-fds = ${fileLimit}
server.max-keep-alive-requests = 65535
server.max-keep-alive-idle = 3600
server.max-read-idle = 3600
server.max-write-idle = 3600
server.modules = ( "mod_fastcgi" )
fastcgi.server = ( ".php" => (( "socket" => "${socket}", "broken-scriptfilename" => "enable" )) )
`;
}
