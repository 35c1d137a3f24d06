import { nginxCommand } from '../nginx-config.ts';
import type { Command } from '../program.ts';
import { nginxPhp, nginxPhpKeepAlive } from './fastcgi/nginx.ts';
import type { Peer, RoutesSetup, Setup, TlsSetup } from './peer.ts';
import { printedVersion } from './version.ts';

/** What a backend has to know of the client, as Sluice and Caddy say it by themselves. */
const FORWARDING = [
  'proxy_set_header Host $http_host;',
  'proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;',
  'proxy_set_header X-Forwarded-Proto $scheme;',
  'proxy_set_header X-Forwarded-Host $http_host;',
  'proxy_set_header Via "1.1 nginx";',
  'proxy_set_header X-Request-Id $request_id;',
];

/** nginx, set up as a gateway usually is: the backend hears who the client is. */
export const nginx: Peer = { ...nginxPeer('nginx', FORWARDING), php: nginxPhp };

/** nginx doing less: what reaches the backend seems to come from nginx itself. */
export const nginxBare: Peer = plain({ ...nginxPeer('nginx-bare', []), onlySmall: true });

/** For the scenario that is all about the gateway's least. */
function plain({ tls: _, routes: __, ...peer }: Peer): Peer {
  return peer;
}

/** nginx with kept connections to PHP-FPM. */
export const nginxKeepAlive: Peer = {
  name: 'nginx-keepalive',
  debianPackage: 'nginx',
  logs: false,
  warmUp: 0,
  version: nginx.version,
  php: nginxPhpKeepAlive,
};

/**
 * With keep-alive to the backend, passing bodies on as they come, without temporary files. Its default buffers of 4 KiB
 * make a 1 MiB answer cost several times the CPU; these were the cheapest of those tried.
 */
function nginxPeer(name: string, fields: readonly string[]): Peer {
  return {
    name,
    debianPackage: 'nginx',
    logs: true,
    warmUp: 0,
    version: () => printedVersion('nginx', '-v'),
    http: (setup: Setup): Command => command(setup, server(`${setup.port}`, [], ['/'], fields)),
    tls: ({ certificate, ...setup }: TlsSetup): Command => {
      const tls = [
        `ssl_certificate ${certificate.cert};`,
        `ssl_certificate_key ${certificate.key};`,
        'ssl_protocols TLSv1.2 TLSv1.3;',
        'ssl_session_cache shared:tls:10m;',
      ];
      return command(setup, server(`${setup.port} ssl`, tls, ['/'], fields));
    },
    routes: (setup: RoutesSetup): Command => command(setup, routeServers(setup, fields)),
  };
}

/** The first server has what no name of the others is for. */
function routeServers({ port, hosts, paths }: RoutesSetup, fields: readonly string[]): string[] {
  const rest = server(`${port}`, [], paths.length === 0 ? ['/'] : paths, fields);
  const named = hosts.flatMap(({ host, path }) =>
    server(`${port}`, [`server_name ${host};`], [path], fields, false),
  );
  return [...rest, ...named];
}

function server(
  listen: string,
  lines: readonly string[],
  paths: readonly string[],
  fields: readonly string[],
  first = true,
): string[] {
  return [
    'server {',
    `listen 127.0.0.1:${listen}${first ? ' backlog=4096' : ''};`,
    ...lines,
    ...paths.flatMap(path => location(path, fields)),
    '}',
  ];
}

function location(path: string, fields: readonly string[]): string[] {
  return [
    `location ${path} {`,
    'proxy_pass http://backend;',
    'proxy_http_version 1.1;',
    'proxy_set_header Connection "";',
    ...fields,
    'proxy_request_buffering off;',
    'proxy_max_temp_file_size 0;',
    'proxy_buffers 8 32k;',
    'proxy_busy_buffers_size 64k;',
    'proxy_read_timeout 1h;',
    '}',
  ];
}

function command(setup: Setup, servers: readonly string[]): Command {
  return nginxCommand(setup.folder, setup.fileLimit, [
    `access_log ${setup.accessLog === undefined ? 'off' : `${setup.accessLog} combined`};`,
    'server_names_hash_max_size 8192;',
    'upstream backend {',
    `server 127.0.0.1:${setup.backendPort};`,
    'keepalive 256;',
    'keepalive_requests 1000000000;',
    'keepalive_timeout 1h;',
    '}',
    ...servers,
  ]);
}
