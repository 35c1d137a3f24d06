import type {
  ErrorPageConfig,
  FieldEditsConfig,
  PoolActionConfig,
  RewriteConfig,
  RouteConfig,
} from '../config.ts';
import { formatDuration } from '../duration.ts';
import { formatKey } from '../format-balance.ts';
import { formatShare } from '../share.ts';
import { formatStatuses } from '../statuses.ts';

/** What a route says beside its conditions and where it leads, as a rule says it; the values of fields are not shown: they may be secrets. */
export function formatDirectives({ action, rewrite, errorPages }: RouteConfig): string[] {
  return [
    ...(action.kind === 'pool' ? branches(action) : []),
    ...(rewrite === undefined ? [] : changes(rewrite)),
    ...errorPages.map(formatPage),
  ];
}

function formatPage({ statuses, file, intercept }: ErrorPageConfig): string {
  return `error ${formatStatuses(statuses)} ${file || '(a text)'}${intercept ? ' intercept' : ''}`;
}

function branches({ reads, readYourWrites, canary, mirror }: PoolActionConfig): string[] {
  return [
    ...(reads === '' ? [] : [`reads ${reads}`]),
    ...(readYourWrites === 0 ? [] : [`read-your-writes ${formatDuration(readYourWrites)}`]),
    ...(canary === undefined
      ? []
      : [`canary ${canary.pool} ${formatShare(canary.share)}${deciding(canary)}`]),
    ...(mirror === undefined ? [] : [`mirror ${mirror.pool} ${formatShare(mirror.share)}`]),
  ];
}

function deciding({ by, header }: NonNullable<PoolActionConfig['canary']>): string {
  const key = by === undefined ? '' : ` by ${formatKey(by)}`;
  return `${key}${header === '' ? '' : ` header ${header}`}`;
}

function changes(rewrite: RewriteConfig): string[] {
  const { path, query, queryPatterns, host, reverse, cookieDomains, cookiePaths } = rewrite;
  return [
    ...path.map(({ kind, from, to }) => `${kind === 'prefix' ? 'prefix' : 'path'} ${from} ${to}`),
    ...queryPatterns.map(({ from, to }) => `query ${from} ${to}`),
    ...(query === undefined ? [] : [`set-query ${query || '""'}`]),
    ...named({
      host,
      docroot: rewrite.docroot,
      'script-name': rewrite.scriptName,
      'path-info': rewrite.pathInfo,
    }),
    ...edits('', rewrite.request),
    ...edits('response-', rewrite.response),
    ...(reverse.mode === 'off' ? ['reverse off'] : []),
    ...reverse.pairs.map(([from, to]) => `reverse ${from} ${to}`),
    ...cookieDomains.map(([from, to]) => `cookie-domain ${from} ${to || '""'}`),
    ...cookiePaths.map(([from, to]) => `cookie-path ${from} ${to}`),
  ];
}

function named(texts: Readonly<Record<string, string>>): string[] {
  return Object.entries(texts).flatMap(([key, text]) => (text === '' ? [] : [`${key} ${text}`]));
}

function edits(side: string, { remove, set, add }: FieldEditsConfig): string[] {
  return [
    ...remove.map(name => `${side}remove ${name}`),
    ...set.map(([name]) => `${side}set ${name}`),
    ...add.map(([name]) => `${side}add ${name}`),
  ];
}
