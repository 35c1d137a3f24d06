import { backendChanges } from './backend-differences.ts';
import type { Config, PoolConfig } from './config.ts';
import { formatDuration } from './duration.ts';
import { listenerChanges } from './format-listener.ts';
import { formatDurationOrOff, formatSizeOrOff, formatTexts } from './format-value.ts';
import type { Change } from './list-differences.ts';
import { changesOf, poolChanges } from './pool-differences.ts';
import { formatErrorPage } from './route/format-error-page.ts';
import { routeChanges } from './route/route-differences.ts';
import { formatSize } from './size.ts';

/** One thing that is new, gone or different in another configuration. */
export interface Difference {
  /** The flag or key that says it. */
  readonly key: string;
  /** The pool that it is about; undefined: the gateway as a whole. */
  readonly pool: string | undefined;
  /** One line for people, such as `pool api: queue 1024 -> 500`. */
  readonly text: string;
}

/** The settings of the gateway as a whole, by the names of their flags. */
const SETTINGS: Readonly<Record<string, (config: Config) => string>> = {
  'max-header-size': ({ limits }) => formatSize(limits.headBytes),
  'max-headers': ({ limits }) => String(limits.fieldCount),
  'max-target-size': ({ limits }) => formatSize(limits.targetBytes),
  'max-body': ({ limits }) => formatSizeOrOff(limits.bodyBytes),
  'client-header-timeout': ({ client }) => formatDuration(client.headerTimeout),
  'client-idle-timeout': ({ client }) => formatDuration(client.idleTimeout),
  'idle-timeout': ({ client }) => formatDuration(client.ioTimeout),
  'client-abort': ({ client }) => client.abort,
  'max-connections': ({ client }) => String(client.maxConnections),
  'handshake-timeout': ({ client }) => formatDuration(client.handshakeTimeout),
  'max-handshakes': ({ client }) => String(client.maxHandshakes),
  'error-page': ({ errorPages }) => formatTexts(errorPages.map(formatErrorPage)),
  'redirect-https': ({ redirectHttps }) => (redirectHttps === 0 ? 'off' : String(redirectHttps)),
  'cookie-key-file': ({ cookieKeyFile }) => cookieKeyFile || 'the usual one',
  forwarded: ({ forwarded }) => forwarded,
  'trust-proxy': ({ trustProxy }) => formatTexts(trustProxy),
  'access-log': ({ log }) => log.access,
  'log-level': ({ log }) => log.level,
  'log-format': ({ log }) => log.format,
  'spool-dir': ({ spool }) => spool.directory,
  'max-spool': ({ spool }) => formatSizeOrOff(spool.max),
  resolver: ({ resolver }) => formatTexts(resolver.servers),
  'dns-stale': ({ resolver }) => formatDurationOrOff(resolver.stale),
  'dns-max-ttl': ({ resolver }) => formatDuration(resolver.maxTtl),
  'dns-timeout': ({ resolver }) => formatDuration(resolver.timeout),
  admin: ({ admin }) => [admin.listen?.text ?? 'off', ...admin.hosts.map(host => `host=${host}`)].join(','),
  'admin-token-file': ({ admin }) => admin.tokenFile || 'none',
  'shutdown-timeout': ({ shutdownTimeout }) => formatDuration(shutdownTimeout),
};

/** What is new, gone or different in a configuration after another one, listeners first; empty if they amount to the same. */
export function differences(before: Config, after: Config): Difference[] {
  return [
    ...gatewayWide(listenerChanges(before.listen, after.listen)),
    ...poolDifferences(before.pools, after.pools),
    ...gatewayWide(routeChanges(before.routes, after.routes)),
    ...gatewayWide(changesOf(SETTINGS, before, after)),
  ];
}

function gatewayWide(changes: readonly Change[]): Difference[] {
  return changes.map(change => ({ pool: undefined, ...change }));
}

function poolDifferences(before: readonly PoolConfig[], after: readonly PoolConfig[]): Difference[] {
  const old = new Map(before.map(pool => [pool.name, pool]));
  const young = new Set(after.map(({ name }) => name));
  const gone = before.filter(({ name }) => !young.has(name));
  return [
    ...after.flatMap(pool => {
      const was = old.get(pool.name);
      if (was === undefined) return [{ key: 'pool', pool: pool.name, text: `pool ${pool.name} is new` }];
      return [...backendChanges(was, pool), ...poolChanges(was, pool)].map(({ key, text }) => ({
        key,
        pool: pool.name,
        text: `pool ${pool.name}: ${text}`,
      }));
    }),
    ...gone.map(({ name }) => ({ key: 'pool', pool: name, text: `pool ${name} is gone` })),
  ];
}
