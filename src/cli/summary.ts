import type { Config } from '../config/config.ts';
import { formatDuration } from '../config/duration.ts';
import { formatSize } from '../config/size.ts';
import { handshakeLines, listenerLines } from './listener-summary.ts';
import { type Found, resolverLines } from './name-summary.ts';
import { poolLines } from './pool-summary.ts';
import { unreached } from './reach.ts';
import { routeLines } from './route-summary.ts';

const FORWARDED: Readonly<Record<Config['forwarded'], string>> = {
  x: 'X-Forwarded-*',
  standard: 'Forwarded',
  both: 'X-Forwarded-* and Forwarded',
  none: 'nothing',
};

/** What a configuration amounts to, in words; `found`: what names were found to stand for, if they were looked up. */
export function summary(config: Config, found: Found = () => undefined): string {
  const idle = unreached(config);
  return [
    'The configuration is good.',
    'Listeners:',
    ...config.listen.flatMap(listenerLines).map(line => `  ${line}`),
    'Routes, the first that matches wins:',
    ...routeLines(config).map(line => `  ${line}`),
    'Pools:',
    ...config.pools.flatMap(pool => poolLines(pool, !idle.includes(pool), found).map(line => `  ${line}`)),
    'Clients:',
    ...clientLines(config).map(line => `  ${line}`),
    ...resolverLines(config),
    `Commands: ${adminLine(config)}`,
    `Access log: ${accessLine(config)}`,
  ].join('\n');
}

function clientLines(config: Config): string[] {
  const { client, limits, trustProxy, spool } = config;
  const body = Number.isFinite(limits.bodyBytes) ? formatSize(limits.bodyBytes) : 'no limit';
  return [
    `up to ${client.maxConnections} connections per listener`,
    `request head: ${formatSize(limits.headBytes)}, ${limits.fieldCount} fields, target ${formatSize(limits.targetBytes)}, within ${formatDuration(client.headerTimeout)}; body: ${body}`,
    `bodies too long for memory lie in ${spool.directory}, ${Number.isFinite(spool.max) ? `up to ${formatSize(spool.max)} in all` : 'without a limit'}`,
    `idle between requests: ${formatDuration(client.idleTimeout)}`,
    ...handshakeLines(config),
    trustProxy.length === 0
      ? 'forwarding fields are believed of nobody'
      : `forwarding fields are believed of ${trustProxy.join(', ')}`,
    `backends are told of them by ${FORWARDED[config.forwarded]}`,
  ];
}

function adminLine({ admin: { listen, given, tokenFile, hosts } }: Config): string {
  if (listen === undefined)
    return given
      ? 'none are taken'
      : 'none are taken: there is no place for a socket, unless --admin names one';
  const names = hosts.length === 0 ? '' : `, also as ${hosts.join(' or ')}`;
  return `${listen.text}${names}${tokenFile === '' ? '' : `, with the token in ${tokenFile}`}`;
}

function accessLine({ log }: Config): string {
  if (log.access === 'off') return 'off';
  return `${log.access === '-' ? 'standard output' : log.access}, ${log.format}`;
}
