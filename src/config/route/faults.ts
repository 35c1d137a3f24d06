import { rewriteMistakes } from '../../rewrite/mistakes.ts';
import type { ConditionConfig, RewriteConfig } from '../config.ts';
import { Misread } from '../misread.ts';
import { clashIn } from './field-edits.ts';
import { groupsOf, parsePattern } from './pattern.ts';
import type { EditWords, RouteWords } from './route-words.ts';
import { checkTemplate } from './template-text.ts';

/** What does not fit together in a route, and the keys to it. */
export interface RouteFault {
  readonly keys: readonly string[];
  readonly message: string;
}

const OF_A_POOL = ['reads', 'read-your-writes', 'canary', 'mirror'] as const;

/** What is wrong with how the parts of a route fit together, and with its rewrite once they do. */
export function faultsOf(route: RouteWords, rewrite: RewriteConfig | undefined): RouteFault[] {
  const faults = [...misplaced(route), ...alike(route), ...clashes(route), ...templateFaults(route)];
  if (faults.length > 0 || rewrite === undefined) return faults;
  return rewriteMistakes(rewrite).map(message => ({ keys: ['rewrite'], message }));
}

/** What only a request that goes to a pool could hear. */
function misplaced(route: RouteWords): RouteFault[] {
  if (route.action.kind === 'pool') {
    if (route['read-your-writes'] === undefined || route.reads !== undefined) return [];
    return [{ keys: ['read-your-writes'], message: 'all is read where it is written: add reads POOL' }];
  }
  const faults: RouteFault[] = OF_A_POOL.filter(key => route[key] !== undefined).map(key => ({
    keys: [key],
    message: 'the route leads to no pool: leave it out',
  }));
  const { response: _ofAny, path = [], ...others } = route.rewrite ?? {};
  if (path.length > 0 || Object.values(others).some(value => value !== undefined)) {
    const message = 'the route leads to no pool: leave all out but what is done to fields of the answer';
    faults.push({ keys: ['rewrite'], message });
  }
  return faults;
}

function alike({ action, reads, canary, mirror }: RouteWords): RouteFault[] {
  if (action.kind !== 'pool') return [];
  const others = { reads, canary: canary?.pool, mirror: mirror?.pool };
  return Object.entries(others)
    .filter(([, pool]) => pool === action.pool)
    .map(([key, pool]) => ({
      keys: [key],
      message: `${pool} is where the route leads anyway: name another pool, or leave it out`,
    }));
}

function clashes({ rewrite }: RouteWords): RouteFault[] {
  return (['request', 'response'] as const).flatMap(side => {
    const message = clashIn(rewrite?.[side] ?? {});
    return message === undefined ? [] : [{ keys: ['rewrite', side], message }];
  });
}

/** `$1` and so on name what the route captured, but for patterns, which capture for themselves. */
function templateFaults(route: RouteWords): RouteFault[] {
  const groups = groupsIn(route.conditions);
  return templatesOf(route).flatMap(({ keys, text }) => {
    try {
      checkTemplate(text, groups, true);
      return [];
    } catch (error) {
      if (!(error instanceof Misread)) throw error;
      return [{ keys, message: error.message }];
    }
  });
}

interface PlacedText {
  readonly keys: readonly string[];
  readonly text: string;
}

function templatesOf({ action, rewrite = {} }: RouteWords): PlacedText[] {
  const texts = (['set-query', 'host', 'docroot', 'script-name', 'path-info'] as const).flatMap(key =>
    rewrite[key] === undefined ? [] : [{ keys: ['rewrite', key], text: rewrite[key] }],
  );
  const prefixes = (rewrite.path ?? []).filter(({ kind }) => kind === 'prefix');
  const answer =
    action.kind === 'redirect'
      ? [{ keys: ['redirect'], text: action.location }]
      : action.kind === 'respond'
        ? [{ keys: ['respond'], text: action.body }]
        : [];
  return [
    ...answer,
    ...prefixes.map(({ to }) => ({ keys: ['rewrite', 'prefix'], text: to })),
    ...texts,
    ...fieldTexts('request', rewrite.request),
    ...fieldTexts('response', rewrite.response),
  ];
}

function fieldTexts(side: string, { set = [], add = [] }: EditWords = {}): PlacedText[] {
  return [
    ...set.map(([, text]) => ({ keys: ['rewrite', side, 'set'], text })),
    ...add.map(([, text]) => ({ keys: ['rewrite', side, 'add'], text })),
  ];
}

/** As many as paths may capture, and behind them as many as hosts may. */
function groupsIn(conditions: readonly ConditionConfig[]): number {
  const most = (kind: ConditionConfig['kind']): number =>
    Math.max(
      0,
      ...conditions
        .filter(one => one.kind === kind && !one.negated)
        .flatMap(({ values }) => values.filter(value => value.startsWith('~')))
        .map(value => groupsOf(parsePattern(value.slice(1)))),
    );
  return Math.min(9, most('path') + most('host'));
}
