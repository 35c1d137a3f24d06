import { formatBalance } from '../config/balance.ts';
import type { BackendConfig, Config, ListenConfig, PoolConfig, RouteConfig } from '../config/config.ts';
import { formatDuration } from '../config/duration.ts';
import { joinHostPort } from '../config/host-port.ts';
import { formatShare } from '../config/share.ts';
import { formatSize } from '../config/size.ts';
import { restPool, unreached } from './reach.ts';

/** What a configuration amounts to, in words. */
export function summary(config: Config): string {
  return [
    'The configuration is good.',
    'Listeners:',
    ...config.listen.map(listener => `  ${listenerLine(listener)}`),
    'Routes, the first that matches wins:',
    ...routeLines(config).map(line => `  ${line}`),
    'Pools:',
    ...config.pools.flatMap(pool => poolLines(pool, config).map(line => `  ${line}`)),
    'Clients:',
    ...clientLines(config).map(line => `  ${line}`),
    `Access log: ${accessLine(config)}`,
  ].join('\n');
}

function listenerLine(listener: ListenConfig): string {
  if (listener.kind === 'unix') return `${listener.text}, a unix socket`;
  const everywhere = listener.host === undefined ? ', all interfaces, IPv4 and IPv6' : '';
  return `${listener.text}${everywhere}${listener.port === 0 ? ', any free port' : ''}`;
}

/** A route in words, such as `host a.test -> web`. */
export function routeLine(route: RouteConfig): string {
  return `${conditions(route)} -> ${route.pool}`;
}

function routeLines({ routes, pools }: Config): string[] {
  const lines = routes.map(routeLine);
  if (routes.some(route => conditions(route) === 'everything')) return lines;
  const rest = restPool({ routes, pools }) ?? 'nobody, answered 404';
  return [...lines, `${routes.length === 0 ? 'everything' : 'anything else'} -> ${rest}`];
}

function conditions({ hosts, methods, path }: RouteConfig): string {
  const parts = [];
  if (methods.length > 0) parts.push(methods.join(' or '));
  if (hosts.length > 0) parts.push(`host ${hosts.join(' or ')}`);
  if (path !== undefined)
    parts.push(path.endsWith('/*') ? `paths below ${path.slice(0, -1)}` : `path ${path}`);
  return parts.length === 0 ? 'everything' : parts.join(', ');
}

function poolLines(pool: PoolConfig, config: Config): string[] {
  const { queue, timeouts, retry, health, keepalive } = pool;
  const led = !unreached(config).includes(pool);
  const retries =
    retry.attempts === 0 || retry.on.length === 0
      ? 'no retries'
      : `up to ${count(retry.attempts, 'retry', 'retries')} after ${retry.on.join(', ')}, at most ${formatShare(retry.budget)} of the traffic`;
  return [
    `${pool.name}: ${formatBalance(pool.balance)} over ${count(pool.backends.length, 'backend')}${led ? '' : ' (no route leads to it)'}`,
    ...pool.backends.map(backend => `  ${backendLine(backend, pool)}`),
    `  in flight: ${limit(pool.maxConns)} per endpoint, ${limit(pool.poolMaxConns)} in all; ${queue.length} may wait, each up to ${formatDuration(queue.timeout)}`,
    `  time-outs: connect ${formatDuration(timeouts.connect)}, response ${formatDuration(timeouts.response)}, idle ${formatDuration(timeouts.idle)}, tunnel ${formatDuration(timeouts.tunnel)}, total ${timeouts.total === 0 ? 'off' : formatDuration(timeouts.total)}`,
    `  ${retries}`,
    health.maxFails === 0
      ? '  a failing endpoint never rests'
      : `  an endpoint rests for ${formatDuration(health.failTimeout)} after ${count(health.maxFails, 'failure')}`,
    `  idle connections: up to ${keepalive.connections} per endpoint, ${formatDuration(keepalive.timeout)} each`,
  ];
}

function backendLine(backend: BackendConfig, pool: PoolConfig): string {
  const parts = [backend.url];
  const usual = backend.path || joinHostPort(backend.host, backend.port);
  if (backend.name !== usual) parts.push(`named ${backend.name}`);
  if (backend.weight !== 1) parts.push(`weight ${backend.weight}`);
  if (backend.maxConns !== undefined && backend.maxConns !== pool.maxConns) {
    parts.push(`at most ${backend.maxConns} in flight`);
  }
  if (backend.backup) parts.push('backup');
  return parts.join(', ');
}

function clientLines({ client, limits, trustProxy }: Config): string[] {
  const body = Number.isFinite(limits.bodyBytes) ? formatSize(limits.bodyBytes) : 'no limit';
  return [
    `up to ${client.maxConnections} connections per listener`,
    `request head: ${formatSize(limits.headBytes)}, ${limits.fieldCount} fields, target ${formatSize(limits.targetBytes)}, within ${formatDuration(client.headerTimeout)}; body: ${body}`,
    `idle between requests: ${formatDuration(client.idleTimeout)}`,
    trustProxy.length === 0
      ? 'forwarding fields are believed of nobody'
      : `forwarding fields are believed of ${trustProxy.join(', ')}`,
  ];
}

function accessLine({ log }: Config): string {
  if (log.access === 'off') return 'off';
  return `${log.access === '-' ? 'standard output' : log.access}, ${log.format}`;
}

function limit(requests: number): string {
  return Number.isFinite(requests) ? `at most ${requests}` : 'no limit';
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
