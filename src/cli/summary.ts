import type { Config, ListenConfig, RouteConfig } from '../config/config.ts';
import { formatDuration } from '../config/duration.ts';
import { formatConditions, formatRoute, isNamed } from '../config/format-route.ts';
import { formatSize } from '../config/size.ts';
import { type Found, resolverLines } from './name-summary.ts';
import { poolLines } from './pool-summary.ts';
import { restPool, unreached } from './reach.ts';

/** What a configuration amounts to, in words; `found`: what names were found to stand for, if they were looked up. */
export function summary(config: Config, found: Found = () => undefined): string {
  const idle = unreached(config);
  return [
    'The configuration is good.',
    'Listeners:',
    ...config.listen.map(listener => `  ${listenerLine(listener)}`),
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

function listenerLine(listener: ListenConfig): string {
  if (listener.kind === 'unix') return `${listener.text}, a unix socket`;
  if (listener.kind === 'passed') return `${listener.text}, what the service manager has bound`;
  const everywhere = listener.host === undefined ? ', all interfaces, IPv4 and IPv6' : '';
  return `${listener.text}${everywhere}${listener.port === 0 ? ', any free port' : ''}`;
}

function routeLines({ routes, pools }: Config): string[] {
  const lines = routes.map(routeLine);
  if (routes.some(route => formatConditions(route) === 'everything')) return lines;
  const rest = restPool({ routes, pools }) ?? 'nobody, answered 404';
  return [...lines, `${routes.length === 0 ? 'everything' : 'anything else'} -> ${rest}`];
}

/** The name counts where commands need it. */
function routeLine(route: RouteConfig): string {
  return `${formatRoute(route)}${isNamed(route) ? `, named ${route.name}` : ''}`;
}

function clientLines({ client, limits, trustProxy, spool }: Config): string[] {
  const body = Number.isFinite(limits.bodyBytes) ? formatSize(limits.bodyBytes) : 'no limit';
  return [
    `up to ${client.maxConnections} connections per listener`,
    `request head: ${formatSize(limits.headBytes)}, ${limits.fieldCount} fields, target ${formatSize(limits.targetBytes)}, within ${formatDuration(client.headerTimeout)}; body: ${body}`,
    `bodies too long for memory lie in ${spool.directory}, ${Number.isFinite(spool.max) ? `up to ${formatSize(spool.max)} in all` : 'without a limit'}`,
    `idle between requests: ${formatDuration(client.idleTimeout)}`,
    trustProxy.length === 0
      ? 'forwarding fields are believed of nobody'
      : `forwarding fields are believed of ${trustProxy.join(', ')}`,
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
