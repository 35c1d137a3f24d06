import type { PoolConfig } from '../config/config.ts';
import { formatDuration } from '../config/duration.ts';
import { formatBalance } from '../config/format-balance.ts';
import { formatShare } from '../config/share.ts';
import { applicationLines } from './application-summary.ts';
import { backendLine } from './backend-summary.ts';
import { directionLines } from './direction-summary.ts';
import { healthLines } from './health-summary.ts';
import type { Found } from './name-summary.ts';
import { bufferLine, siteLines } from './site-summary.ts';

/** What a pool amounts to, in words; `led`: whether requests come to it; `found`: what names were found to stand for. */
export function poolLines(pool: PoolConfig, led: boolean, found: Found): string[] {
  const { queue, timeouts, retry, spawn } = pool;
  const members = spawn === undefined ? count(pool.backends.length, 'backend') : 'an application of its own';
  const retries =
    retry.attempts === 0 || retry.on.length === 0
      ? 'no retries'
      : `up to ${count(retry.attempts, 'retry', 'retries')} after ${retry.on.join(', ')}, at most ${formatShare(retry.budget)} of the traffic`;
  return [
    `${pool.name}: ${formatBalance(pool.balance)} over ${members}${led ? '' : ' (no route leads to it)'}`,
    ...indent([
      ...(spawn === undefined ? pool.backends.map(backend => backendLine(backend, pool, found)) : []),
      ...applicationLines(pool),
      ...siteLines(pool),
      `in flight: ${each(pool)}${limit(pool.poolMaxConns)} in all; ${queue.length} may wait, each up to ${formatDuration(queue.timeout)}`,
      bufferLine(pool),
      `time-outs: connect ${formatDuration(timeouts.connect)}, response ${formatDuration(timeouts.response)}, idle ${formatDuration(timeouts.idle)}, tunnel ${formatDuration(timeouts.tunnel)}, total ${timeouts.total === 0 ? 'off' : formatDuration(timeouts.total)}`,
      retries,
      ...healthLines(pool),
      ...directionLines(pool),
      idleLine(pool),
    ]),
  ];
}

/** How long connections are kept: not at all where the end of one ends the answer, soon no more where one may hold a worker. */
function idleLine({ backends, keepalive }: PoolConfig): string {
  const kept = backends.filter(({ scheme, sendProxy }) => /^(?:http|fcgi)/.test(scheme) && sendProxy === 0);
  if (kept.length === 0) {
    const isCgi = backends.every(({ scheme }) => scheme === 'cgi');
    return isCgi ? 'a process for each request' : 'a connection for each request';
  }
  if (keepalive.connections === 0 || keepalive.timeout === 0) return 'idle connections: none is kept';
  const pins = kept.every(({ scheme }) => scheme.startsWith('fcgi'));
  const time = pins
    ? 'a second at most, since each may hold a worker'
    : `${formatDuration(keepalive.timeout)} each`;
  return `idle connections: up to ${keepalive.connections} per endpoint, ${time}`;
}

/** The limit of an endpoint, unless each of them has one of its own, which has been said. */
function each({ backends, maxConns }: PoolConfig): string {
  return backends.every(backend => backend.maxConns !== undefined) ? '' : `${limit(maxConns)} per endpoint, `;
}

function indent(lines: readonly string[]): string[] {
  return lines.map(line => `  ${line}`);
}

function limit(requests: number): string {
  return Number.isFinite(requests) ? `at most ${requests}` : 'no limit';
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
