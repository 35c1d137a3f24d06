import { tmpdir } from 'node:os';
import { composePools } from './compose-pools.ts';
import { composeRoutes } from './compose-routes.ts';
import type { Config, ListenConfig } from './config.ts';
import type { Mistake } from './config-error.ts';
import { existingDirectory } from './existing-directory.ts';
import type { Settings } from './schema.ts';
import type { Composing, Source } from './source.ts';

/** What settings amount to, and what is wrong with how they fit together; the configuration is of use without mistakes only. */
export interface Composed {
  readonly config: Config;
  readonly mistakes: readonly Mistake[];
}

/** Joins settings, defaults filled in, to the configuration of a gateway. */
export function compose(settings: Settings, source: Source): Composed {
  const mistakes: Mistake[] = [];
  const composing: Composing = { ...source, mistakes };
  const pools = composePools(settings, composing);
  const routes = composeRoutes(settings, source.flags, pools, mistakes);
  const listen = settings.listen!;
  checkListen(listen, mistakes);
  const config: Config = {
    listen,
    pools,
    routes,
    limits: {
      headBytes: settings['max-header-size']!,
      fieldCount: settings['max-headers']!,
      targetBytes: settings['max-target-size']!,
      bodyBytes: settings['max-body']!,
    },
    client: {
      headerTimeout: settings['client-header-timeout']!,
      idleTimeout: settings['client-idle-timeout']!,
      ioTimeout: settings['idle-timeout']!,
      maxConnections: settings['max-connections']!,
      abort: settings['client-abort']!,
    },
    trustProxy: settings['trust-proxy'] ?? [],
    log: {
      access: settings['access-log']!,
      level: settings['log-level']!,
      format: settings['log-format']!,
    },
    spool: { directory: spoolDirectory(settings['spool-dir'], composing), max: settings['max-spool']! },
    resolver: { servers: [], minTtl: 1000, maxTtl: 300_000, stale: 3_600_000, timeout: 5000 },
    admin: { listen: undefined, given: false, tokenFile: '', hosts: [] },
    shutdownTimeout: settings['shutdown-timeout']!,
  };
  return { config, mistakes };
}

function spoolDirectory(given: string | undefined, composing: Composing): string {
  if (given === undefined) return tmpdir();
  return existingDirectory(composing, { value: given, path: ['spool-dir'] }, true);
}

function checkListen(listen: readonly ListenConfig[], mistakes: Mistake[]): void {
  if (listen.length === 0) {
    mistakes.push({ path: ['listen'], message: 'expected at least one address, such as :8080' });
  }
  const seen = new Set<string>();
  for (const [i, address] of listen.entries()) {
    // Port 0 means another port each time.
    const fixed = address.kind !== 'tcp' || address.port !== 0;
    const text = address.text.replace(/^\*:/, ':');
    if (fixed && seen.has(text)) {
      mistakes.push({ path: ['listen', i], message: `the address ${address.text} is listed twice` });
    }
    seen.add(text);
  }
}
