import { isDeepStrictEqual } from 'node:util';
import type { FieldEditsConfig, RouteConfig } from '../config.ts';
import { formatStatuses } from '../statuses.ts';

/** The parts of a route that are not the same in another one with the same directives, without the texts: they may be secrets. */
export function differentParts(before: RouteConfig, after: RouteConfig): string[] {
  const parts = [
    ...(isDeepStrictEqual(before.action, after.action) ? [] : ['what it answers']),
    ...differentFields('', before.rewrite?.request, after.rewrite?.request),
    ...differentFields('response-', before.rewrite?.response, after.rewrite?.response),
    ...after.errorPages
      .filter((page, i) => !isDeepStrictEqual(page, before.errorPages[i]))
      .map(({ statuses }) => `error ${formatStatuses(statuses)}`),
  ];
  return [...new Set(parts)];
}

function differentFields(side: string, before?: FieldEditsConfig, after?: FieldEditsConfig): string[] {
  return (['set', 'add'] as const).flatMap(edit =>
    (after?.[edit] ?? [])
      .filter((field, i) => !isDeepStrictEqual(field, before?.[edit][i]))
      .map(([name]) => `${side}${edit} ${name}`),
  );
}
