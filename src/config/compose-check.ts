import type { BackendConfig, CheckConfig, PoolConfig } from './config.ts';
import type { CheckSettings, PoolSettings } from './pool-schema.ts';
import type { Settings } from './schema.ts';
import type { Composing } from './source.ts';

/** What only a request has, and what an answer to it is judged by. */
const OF_A_REQUEST = ['method', 'host', 'status', 'body'] as const;
const OF_A_CHECK = [...OF_A_REQUEST, 'interval', 'timeout', 'rise', 'fall'] as const;

/** A pool and its backends. */
interface Subject {
  readonly pool: PoolSettings;
  readonly backends: readonly BackendConfig[];
}

/**
 * The checks of a pool, if it has any; what is wrong with them joins the mistakes. `connect` at the top is not for pools of
 * programs: nothing listens there.
 */
export function composeCheck(
  name: string,
  { pool, backends }: Subject,
  settings: Settings,
  composing: Composing,
): CheckConfig | undefined {
  const own = pool.check ?? {};
  const path = own.path ?? settings.check!;
  const fault = faultOf(own, path, backends);
  if (fault !== undefined) {
    composing.mistakes.push({ path: ['pools', name, 'check', ...fault.key], message: fault.message });
  }
  if (path === 'off' || (path === '' && runsPrograms(backends))) return undefined;
  const check: CheckConfig = {
    path,
    method: own.method ?? settings['check-method']!,
    host: own.host ?? settings['check-host'] ?? '',
    statuses: own.status ?? settings['check-status']!,
    body: own.body ?? settings['check-body'] ?? '',
    interval: own.interval ?? settings['check-interval']!,
    timeout: own.timeout ?? settings['check-timeout']!,
    rise: own.rise ?? settings['check-rise']!,
    fall: own.fall ?? settings['check-fall']!,
  };
  refuseBodyOfHead(name, own, check, composing);
  return check;
}

function faultOf(
  own: CheckSettings,
  path: string,
  backends: readonly BackendConfig[],
): { key: string[]; message: string } | undefined {
  if (own.path === '' && runsPrograms(backends)) {
    return { key: ['path'], message: 'nothing listens where a program is run for each request: name a path' };
  }
  const said = OF_A_CHECK.find(key => own[key] !== undefined);
  if (said !== undefined && path === 'off') {
    return { key: [said], message: 'nothing is checked: say what with path, such as /healthz or connect' };
  }
  const asked = OF_A_REQUEST.find(key => own[key] !== undefined);
  if (asked === undefined || path !== '') return undefined;
  return { key: [asked], message: 'a check of connections asks nothing: leave it out, or name a path' };
}

function runsPrograms(backends: readonly BackendConfig[]): boolean {
  return backends.some(({ scheme }) => scheme === 'cgi');
}

function refuseBodyOfHead(name: string, own: CheckSettings, check: CheckConfig, composing: Composing): void {
  if (check.method !== 'HEAD' || check.body === '' || check.path === '') return;
  const message = 'an answer to HEAD has no body to look at: take GET, or leave the text out';
  const path = own.body === undefined ? ['check-body'] : ['pools', name, 'check', 'body'];
  composing.mistakes.push({ path, message });
}

/** Keys at the top that no check would hear, among the mistakes. */
export function refuseUnchecked(
  pools: readonly PoolConfig[],
  settings: Settings,
  composing: Composing,
): void {
  if (pools.length === 0) return;
  const checked = pools.flatMap(({ check }) => (check === undefined ? [] : [check]));
  const asks = checked.some(({ path }) => path !== '');
  if (checked.length === 0 && settings.check === '') {
    const message = 'nothing listens where a program is run for each request: name a path';
    composing.mistakes.push({ path: ['check'], message });
    return;
  }
  for (const key of OF_A_CHECK) {
    if (!composing.given.has(`check-${key}`)) continue;
    if (checked.length === 0) {
      const message = 'nothing is checked: add --check PATH, or --check connect';
      composing.mistakes.push({ path: [`check-${key}`], message });
    } else if (!asks && OF_A_REQUEST.some(one => one === key)) {
      const message = 'a check of connections asks nothing: leave it out, or name a path with --check';
      composing.mistakes.push({ path: [`check-${key}`], message });
    }
  }
}
