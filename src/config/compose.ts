import { tmpdir } from 'node:os';
import { composeAdmin } from './compose-admin.ts';
import { checkDirects } from './compose-directs.ts';
import { checkFallbacks } from './compose-fallback.ts';
import { composePools } from './compose-pools.ts';
import { composeListener } from './compose-tls.ts';
import type { Config, ListenConfig } from './config.ts';
import type { Mistake } from './config-error.ts';
import { cookieKeyFile } from './cookie-key-file.ts';
import { existingDirectory } from './existing-directory.ts';
import { placeOf } from './listen-address.ts';
import { composeErrorPages } from './route/compose-error-pages.ts';
import { composeRoutes } from './route/compose-routes.ts';
import type { Settings } from './schema.ts';
import type { Composing, Source } from './source.ts';

/** Answers that may not be kept at all are kept for a second, so that no name is asked for at every request. */
const SHORTEST_TTL = 1000;

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
  checkFallbacks(pools, settings, composing);
  const routes = composeRoutes(settings, pools, composing);
  checkDirects(pools, routes, settings, composing);
  const listen = settings.listen!.map((value, i) =>
    composeListener({ value, path: ['listen', i] }, composing),
  );
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
    client: clientOf(settings),
    trustProxy: settings['trust-proxy'] ?? [],
    log: {
      access: settings['access-log']!,
      level: settings['log-level']!,
      format: settings['log-format']!,
    },
    spool: { directory: spoolDirectory(settings['spool-dir'], composing), max: settings['max-spool']! },
    resolver: {
      servers: [...new Set(settings.resolver)],
      minTtl: SHORTEST_TTL,
      maxTtl: settings['dns-max-ttl']!,
      stale: settings['dns-stale']!,
      timeout: settings['dns-timeout']!,
    },
    admin: composeAdmin(settings, composing),
    shutdownTimeout: settings['shutdown-timeout']!,
    forwarded: settings.forwarded!,
    redirectHttps: settings['redirect-https']!,
    errorPages: composeErrorPages(settings['error-page'] ?? [], ['error-page'], composing),
    cookieKeyFile: cookieKeyFile(settings['cookie-key-file'], composing),
  };
  return { config, mistakes: distinct(mistakes) };
}

function clientOf(settings: Settings): Config['client'] {
  return {
    headerTimeout: settings['client-header-timeout']!,
    idleTimeout: settings['client-idle-timeout']!,
    ioTimeout: settings['idle-timeout']!,
    maxConnections: settings['max-connections']!,
    handshakeTimeout: settings['handshake-timeout']!,
    maxHandshakes: settings['max-handshakes']!,
    abort: settings['client-abort']!,
  };
}

/** What is wrong with a key at the top is wrong once, however many pools it is for. */
function distinct(mistakes: readonly Mistake[]): Mistake[] {
  const same = (a: Mistake, b: Mistake): boolean =>
    a.message === b.message && a.path.join('\n') === b.path.join('\n');
  return mistakes.filter((one, i) => mistakes.findIndex(other => same(one, other)) === i);
}

function spoolDirectory(given: string | undefined, composing: Composing): string {
  if (given === undefined) return tmpdir();
  return existingDirectory(composing, { value: given, path: ['spool-dir'] }, true);
}

function checkListen(listen: readonly ListenConfig[], mistakes: Mistake[]): void {
  if (listen.length === 0) {
    mistakes.push({ path: ['listen'], message: 'expected at least one address, such as :8080' });
  }
  const all = listen.find(address => address.kind === 'passed' && address.name === '');
  const seen = new Set<string>();
  for (const [i, address] of listen.entries()) {
    if (seen.has(placeOf(address))) {
      mistakes.push({ path: ['listen', i], message: `the address ${address.text} is listed twice` });
    } else if (all !== undefined && address.kind === 'passed' && address !== all) {
      const message = `${all.text} stands for all sockets that are passed: leave ${address.text} out, or name each of them`;
      mistakes.push({ path: ['listen', i], message });
    }
    // Port 0 means another port each time.
    if (address.kind !== 'tcp' || address.port !== 0) seen.add(placeOf(address));
  }
}
