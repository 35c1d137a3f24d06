import { nginxCommand } from '../../nginx-config.ts';
import type { Command } from '../../program.ts';
import type { PhpSetup } from '../peer.ts';

/** The variables of the file fastcgi.conf that nginx comes with. */
const VARIABLES: readonly (readonly [name: string, value: string])[] = [
  ['SCRIPT_FILENAME', '$document_root$fastcgi_script_name'],
  ['QUERY_STRING', '$query_string'],
  ['REQUEST_METHOD', '$request_method'],
  ['CONTENT_TYPE', '$content_type'],
  ['CONTENT_LENGTH', '$content_length'],
  ['SCRIPT_NAME', '$fastcgi_script_name'],
  ['REQUEST_URI', '$request_uri'],
  ['DOCUMENT_URI', '$document_uri'],
  ['DOCUMENT_ROOT', '$document_root'],
  ['SERVER_PROTOCOL', '$server_protocol'],
  ['REQUEST_SCHEME', '$scheme'],
  ['GATEWAY_INTERFACE', 'CGI/1.1'],
  ['SERVER_SOFTWARE', 'nginx/$nginx_version'],
  ['REMOTE_ADDR', '$remote_addr'],
  ['REMOTE_PORT', '$remote_port'],
  ['SERVER_ADDR', '$server_addr'],
  ['SERVER_PORT', '$server_port'],
  ['SERVER_NAME', '$server_name'],
  ['REDIRECT_STATUS', '200'],
];

/** A connection to PHP-FPM for each request: what nginx does unless it is told otherwise. */
export function nginxPhp(setup: PhpSetup): Command {
  return command(setup, [], []);
}

/** As many kept connections as there are workers. */
export function nginxPhpKeepAlive(setup: PhpSetup): Command {
  return command(setup, [`keepalive ${setup.workers};`], ['fastcgi_keep_conn on;']);
}

function command(setup: PhpSetup, upstream: readonly string[], location: readonly string[]): Command {
  return nginxCommand(setup.folder, setup.fileLimit, [
    'access_log off;',
    'upstream php {',
    `server unix:${setup.socket};`,
    ...upstream,
    '}',
    'server {',
    `listen 127.0.0.1:${setup.port} backlog=4096;`,
    `root ${setup.root};`,
    'location ~ \\.php$ {',
    'try_files $uri =404;',
    ...VARIABLES.map(([name, value]) => `fastcgi_param ${name} ${value};`),
    ...location,
    'fastcgi_pass php;',
    '}',
    '}',
  ]);
}
