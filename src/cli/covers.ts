import { Networks, parseNetwork, UNIX } from '../config/cidr.ts';
import type { ConditionConfig, RouteConfig } from '../config/config.ts';

/** What a request has to be. */
export type Conditions = Pick<RouteConfig, 'conditions' | 'internal'>;

/** Whether each condition of the wide one holds wherever all of the narrow one's do, as far as their texts tell. */
export function covers(wide: Conditions, narrow: Conditions): boolean {
  if (wide.internal && !narrow.internal) return false;
  return wide.conditions.every(one => narrow.conditions.some(other => follows(one, other)));
}

/** Whether one condition holds wherever another does. */
export function follows(wide: ConditionConfig, narrow: ConditionConfig): boolean {
  if (wide.kind !== narrow.kind || wide.name !== narrow.name || wide.negated !== narrow.negated) return false;
  // What excludes more lets less through.
  const [many, few] = wide.negated ? [narrow, wide] : [wide, narrow];
  if (many.values.length === 0) return true;
  if (few.values.length === 0) return false;
  return few.values.every(value => many.values.some(other => includes(wide.kind, other, value)));
}

function includes(kind: ConditionConfig['kind'], wide: string, narrow: string): boolean {
  if (wide === narrow) return true;
  if (wide.startsWith('~') || narrow.startsWith('~')) return false;
  switch (kind) {
    case 'path':
      return isBelow(wide, narrow);
    case 'host':
      return wide.startsWith('*.') && narrow.replace(/^\*/, '').endsWith(wide.slice(1));
    case 'client':
      return isWithin(wide, narrow);
    default:
      return false;
  }
}

function isBelow(wide: string, narrow: string): boolean {
  if (!wide.endsWith('/*')) return false;
  const folder = wide.slice(0, -1);
  return narrow.startsWith(folder) || narrow === folder.slice(0, -1);
}

function isWithin(wide: string, narrow: string): boolean {
  if (wide === UNIX || narrow === UNIX) return false;
  const [outer, inner] = [parseNetwork(wide), parseNetwork(narrow)];
  if (outer === undefined || inner === undefined || outer.groups.length !== inner.groups.length) return false;
  return outer.prefix <= inner.prefix && new Networks([wide]).contains(narrow.split('/')[0]!);
}
