import type { Exchange } from '../../exchange.ts';
import type { Pattern } from '../../pattern.ts';
import { matchesPath, type PathPattern, patternOf } from '../path-pattern.ts';
import type { Condition } from './condition.ts';
import { isPattern, Values } from './values.ts';

/** The paths of requests: some as they are, what lies below others, and regular expressions. */
export class PathCondition implements Condition {
  readonly fixed: readonly PathPattern[];
  readonly patterns: readonly Pattern[];

  constructor(values: readonly string[]) {
    this.fixed = values.filter(value => !isPattern(value)).map(value => patternOf(value));
    this.patterns = new Values(values.filter(isPattern)).patterns;
  }

  holds(_exchange: Exchange, _host: string, path: string): boolean {
    for (const pattern of this.fixed) if (matchesPath(pattern, path)) return true;
    for (const pattern of this.patterns) if (pattern.test(path)) return true;
    return false;
  }

  /** Whether it can be looked up: it lists paths alone. */
  get listed(): boolean {
    return this.patterns.length === 0;
  }
}
