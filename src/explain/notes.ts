import type { Config, PoolActionConfig, PoolConfig, RouteConfig } from '../config/config.ts';
import { formatKey } from '../config/format-balance.ts';
import { formatDuration } from '../config/format-duration.ts';
import { formatShare } from '../config/share.ts';
import type { Exchange } from '../exchange.ts';

/** What a request alone does not decide about where it goes, in words. */
export function notesOf(
  route: RouteConfig | undefined,
  pool: PoolConfig,
  config: Config,
  exchange: Exchange,
): string[] {
  const action = route?.action.kind === 'pool' ? route.action : undefined;
  return [
    ...(action === undefined ? [] : branchNotes(action, exchange)),
    ...poolNotes(pool),
    ...errorPageNotes(route, config),
  ];
}

function branchNotes(action: PoolActionConfig, { method }: Exchange): string[] {
  const { pool, reads, readYourWrites, canary, mirror } = action;
  const notes: string[] = [];
  const isRead = method === 'GET' || method === 'HEAD';
  if (canary !== undefined) {
    const by = canary.by === undefined ? 'by chance' : `by ${formatKey(canary.by)}`;
    const header = canary.header === '' ? '' : `, unless ${canary.header} says always or never`;
    notes.push(`${formatShare(canary.share)} of the requests go to pool ${canary.pool}, ${by}${header}`);
  }
  if (reads !== '' && isRead && readYourWrites > 0)
    notes.push(
      `a client that has written within ${formatDuration(readYourWrites)} reads from pool ${pool}, by its cookie`,
    );
  if (mirror !== undefined)
    notes.push(
      `${formatShare(mirror.share)} of the requests are copied to pool ${mirror.pool}, whose answers are dropped`,
    );
  return notes;
}

function poolNotes({ name, sticky, fallback, site, balance }: PoolConfig): string[] {
  const notes: string[] = [];
  if (site !== undefined) notes.push(`files below ${site.root} are answered first where they match`);
  if (sticky !== undefined)
    notes.push(`a client that shows the cookie ${sticky.cookie} goes to the endpoint that it came to before`);
  if (balance.kind === 'random') notes.push('the balancer picks by chance: the order is another each time');
  if (fallback !== '') notes.push(`while pool ${name} has no endpoint, pool ${fallback} serves`);
  return notes;
}

function errorPageNotes(route: RouteConfig | undefined, { errorPages }: Config): string[] {
  const pages = [...(route?.errorPages ?? []), ...errorPages];
  return pages.map(({ statuses, file, intercept }) => {
    const range = statuses.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ');
    const whose = intercept ? 'also when a backend answers so' : "in place of the gateway's own words";
    return `${range}: ${file === '' ? 'a page of the configuration' : file}, ${whose}`;
  });
}
