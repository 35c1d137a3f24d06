import { tmpdir } from 'node:os';
import { composePools } from './compose-pools.ts';
import { composeRoutes } from './compose-routes.ts';
import type { Config, ListenConfig } from './config.ts';
import type { Mistake } from './config-error.ts';
import type { Settings } from './schema.ts';

/** What settings amount to, and what is wrong with how they fit together; the configuration is of use without mistakes only. */
export interface Composed {
  readonly config: Config;
  readonly mistakes: readonly Mistake[];
}

/** Joins settings, defaults filled in, to the configuration of a gateway; `flags`: which of the keys are flags; `fileName`: the file, if there is one. */
export function compose(settings: Settings, flags: ReadonlySet<string>, fileName?: string): Composed {
  const mistakes: Mistake[] = [];
  const pools = composePools(settings, flags, mistakes, fileName);
  const routes = composeRoutes(settings, flags, pools, mistakes);
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
    spool: { directory: tmpdir(), max: 1_073_741_824 },
    shutdownTimeout: settings['shutdown-timeout']!,
  };
  return { config, mistakes };
}

function checkListen(listen: readonly ListenConfig[], mistakes: Mistake[]): void {
  if (listen.length === 0) {
    mistakes.push({ path: ['listen'], message: 'expected at least one address, such as :8080' });
  }
  const seen = new Set<string>();
  for (const [i, address] of listen.entries()) {
    // Port 0 means another port each time.
    const fixed = address.kind === 'unix' || address.port !== 0;
    const text = address.text.replace(/^\*:/, ':');
    if (fixed && seen.has(text)) {
      mistakes.push({ path: ['listen', i], message: `the address ${address.text} is listed twice` });
    }
    seen.add(text);
  }
}
