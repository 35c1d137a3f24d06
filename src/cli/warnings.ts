import type { Config } from '../config/config.ts';
import { runsScripts } from '../config/for-applications.ts';
import { insecureBackends } from '../operations/renew-certificates.ts';
import { applicationWarnings } from './application-warnings.ts';
import { certificateWarnings } from './certificate-warnings.ts';
import { fileWarnings } from './file-warnings.ts';
import { frontWarnings } from './front-warnings.ts';
import { hasName } from './name-summary.ts';
import { networkWarnings } from './network-warnings.ts';
import { redirectWarnings } from './redirect-warnings.ts';
import { rewriteWarnings } from './rewrite-warnings.ts';
import { routeWarnings } from './route-warnings.ts';

/** What a configuration holds that will never be used, or will not work as it stands; one line each. */
export function warnings(config: Config): string[] {
  const { pools } = config;
  return [
    ...routeWarnings(config),
    ...config.routes.flatMap(redirectWarnings),
    ...config.routes.flatMap(route => rewriteWarnings(config, route)),
    ...frontWarnings(config),
    ...networkWarnings(config),
    ...config.listen.flatMap(certificateWarnings),
    ...sharedRoots(config),
    ...idleResolvers(config),
    ...placeless(config),
    ...pools.flatMap(applicationWarnings),
    ...pools.flatMap(fileWarnings),
    ...insecureBackends(pools),
  ];
}

/** A root at the top is meant for scripts more often than for files in front of every HTTP backend. */
function sharedRoots({ pools }: Config): string[] {
  const scripted = pools.filter(({ site, backends }) => site !== undefined && runsScripts(backends));
  return pools
    .filter(({ site, backends }) => site !== undefined && !runsScripts(backends))
    .filter(({ site }) => scripted.some(other => other.site!.root === site!.root))
    .map(
      ({ name, site }) =>
        `the pool ${name} has HTTP backends, and serves the files below ${site!.root} in front of them, since a root at the top is for all pools; pools.${name}.root: off in a file says otherwise`,
    );
}

function idleResolvers({ resolver, pools }: Config): string[] {
  const asks = pools.some(({ backends }) => backends.some(hasName));
  if (asks || resolver.servers.length === 0) return [];
  return [
    `${resolver.servers.join(', ')} will be asked for nothing: every backend has an address or a path, or is localhost`,
  ];
}

/** Requests that are held wait in the queue. */
function placeless({ pools }: Config): string[] {
  return pools
    .filter(({ hold, queue }) => hold.file !== '' && queue.length === 0)
    .map(
      ({ name }) =>
        `the pool ${name} has a hold file and no queue: requests that should be held would get 503; give it a queue`,
    );
}
