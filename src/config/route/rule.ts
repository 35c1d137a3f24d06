import type { ConditionConfig } from '../config.ts';
import { expected, Misread } from '../misread.ts';
import { parseRouteName } from '../route-name.ts';
import { parseCondition } from './condition.ts';
import { readDirective } from './directives.ts';
import type { RouteWords } from './route-words.ts';
import { parseTarget } from './target.ts';
import { splitRule, splitWords, unquote } from './words.ts';

const WHAT = "a route such as 'host=example.com path=/api/* method=GET,HEAD -> api'";

/** A route written as `CONDITIONS -> TARGET; DIRECTIVE; ..`, its name among the conditions or left out; throws Misread. */
export function parseRoute(value: unknown): RouteWords {
  const rule = typeof value === 'string' ? splitRule(value) : undefined;
  if (rule === undefined) {
    const hint = typeof value === 'string' && value.includes('->') ? ': put spaces around "->"' : '';
    throw new Misread(`${expected(WHAT, value).message}${hint}`);
  }
  const [target = '', ...directives] = rule.parts;
  if (target === '') throw new Misread(`${expected(WHAT, value).message}: where does it lead?`);
  const route: RouteWords = { ...readConditions(rule.conditions), action: parseTarget(target) };
  for (const directive of directives) if (directive !== '') readDirective(route, directive);
  return route;
}

function readConditions(text: string): Pick<RouteWords, 'name' | 'conditions' | 'internal'> {
  const conditions: ConditionConfig[] = [];
  let name: string | undefined;
  let internal = false;
  for (const word of splitWords(text)) {
    if (word === 'internal') internal = true;
    else if (word.startsWith('name=')) {
      if (name !== undefined) throw new Misread('a route has one name; name= is given twice');
      name = parseRouteName(unquote(word.slice(5)));
    } else {
      const next = parseCondition(word);
      if (conditions.some(other => isAbout(other, next))) throw givenTwice(next);
      conditions.push(next);
    }
  }
  return { ...(name === undefined ? {} : { name }), conditions, ...(internal ? { internal } : {}) };
}

function isAbout(a: ConditionConfig, b: ConditionConfig): boolean {
  return a.kind === b.kind && a.name === b.name && a.negated === b.negated;
}

function givenTwice({ kind, name, negated }: ConditionConfig): Misread {
  const key = `${kind}${name === '' ? '' : `:${name}`}${negated ? '!=' : '='}`;
  return new Misread(`the condition ${key} is given twice; list its values with commas`);
}
