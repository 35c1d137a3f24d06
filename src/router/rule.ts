import { toByteText } from '../config/byte-text.ts';
import type { ConditionConfig, RouteConfig } from '../config/config.ts';
import type { Pattern } from '../pattern.ts';
import { type Condition, DIRECTED, Negation } from './conditions/condition.ts';
import { CookieCondition } from './conditions/cookie.ts';
import { HeaderCondition } from './conditions/header.ts';
import { HostCondition } from './conditions/host.ts';
import { PathCondition } from './conditions/path.ts';
import { QueryCondition } from './conditions/query.ts';
import { ClientCondition, MethodCondition } from './conditions/sender.ts';
import { Values } from './conditions/values.ts';

/** What a request has to be for a route, compiled. */
export interface Rule {
  /** In the order of the configuration; one that says who may send a request here is the last. */
  readonly conditions: readonly Condition[];
  /** Names, and domains with a dot in front, of which the host has to be one; undefined: to be found out by a look. */
  readonly host: HostCondition | undefined;
  /** Likewise of the path. */
  readonly path: PathCondition | undefined;
  /** Those of the conditions that remain once `host` and `path` are known to hold. */
  readonly rest: readonly Condition[];
  /** Whose groups are kept: those of paths, then those of hosts. */
  readonly pathPatterns: readonly Pattern[];
  readonly hostPatterns: readonly Pattern[];
  readonly byHost: boolean;
  readonly byPath: boolean;
}

/** Compiles what a route asks for; throws PatternError and RangeError for what is not well formed. */
export function ruleOf({ conditions: configs, internal }: RouteConfig): Rule {
  const conditions = configs.map(compile);
  if (internal) conditions.push(DIRECTED);
  const hosts = conditions.filter(one => one instanceof HostCondition);
  const paths = conditions.filter(one => one instanceof PathCondition);
  const host = hosts.find(one => one.listed);
  const path = paths.find(one => one.listed);
  return {
    conditions,
    host,
    path,
    rest: conditions.filter(one => one !== host && one !== path),
    pathPatterns: paths.flatMap(one => one.patterns),
    hostPatterns: hosts.flatMap(one => one.names?.patterns ?? []),
    byHost: configs.some(({ kind }) => kind === 'host'),
    byPath: configs.some(({ kind }) => kind === 'path'),
  };
}

function compile(config: ConditionConfig): Condition {
  const condition = positive(config);
  return config.negated ? new Negation(condition) : condition;
}

function positive({ kind, name, values }: ConditionConfig): Condition {
  switch (kind) {
    case 'host':
      return new HostCondition(values);
    case 'path':
      return new PathCondition(values);
    case 'method':
      return new MethodCondition(values);
    case 'client':
      return new ClientCondition(values);
    case 'header':
      return new HeaderCondition(name, new Values(values));
    case 'cookie':
      return new CookieCondition(toByteText(name), new Values(values));
    case 'query':
      return new QueryCondition(toByteText(name), new Values(values));
  }
}
