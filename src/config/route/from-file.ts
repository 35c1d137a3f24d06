import type { ConditionConfig } from '../config.ts';
import type { RouteSettings } from './route-schema.ts';
import type { ActionWords, RouteWords } from './route-words.ts';

/** A route of the file in the form of a rule. */
export function fromFile(settings: RouteSettings): RouteWords {
  const { match, name, internal, reads, canary, mirror, rewrite, errors } = settings;
  return {
    name,
    conditions: [...conditionsOf(match ?? {}), ...conditionsOf(match?.not ?? {})],
    internal,
    action: actionOf(settings),
    reads,
    'read-your-writes': settings['read-your-writes'],
    canary: canary === undefined ? undefined : { ...canary, by: canary.by, header: canary.header ?? '' },
    mirror,
    rewrite:
      rewrite === undefined
        ? undefined
        : { ...rewrite, path: [...(rewrite.prefix ?? []), ...(rewrite.path ?? [])] },
    errors,
  };
}

function conditionsOf(match: NonNullable<NonNullable<RouteSettings['match']>['not']>): ConditionConfig[] {
  const { host, method, path, header = [], cookie = [], query = [], client } = match;
  const plain = [host, method, path].filter(one => one !== undefined);
  return [...plain, ...header, ...cookie, ...query, ...(client === undefined ? [] : [client])];
}

/** The schema has seen to it that there is one. */
function actionOf({ pool, redirect, respond, return: answer }: RouteSettings): ActionWords {
  return redirect ?? respond ?? answer ?? { kind: 'pool', pool: pool! };
}
