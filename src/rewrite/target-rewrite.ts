import type { RewriteConfig } from '../config/config.ts';
import { GatewayError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import { CLASS, SLASH, TARGET } from '../http1/bytes.ts';
import { byteName, quoted } from '../http1/refusal.ts';
import { pathOf } from '../http1/target.ts';
import { trimmed } from '../http1/trimmed.ts';
import type { Template } from './template.ts';
import { type Changed, targetTemplate, type UrlRule, urlRuleOf } from './url-rule.ts';

/** A segment that leads upwards, in any of the ways in which a server may read one. */
const UPWARDS = /(?:[/\\]|%2f|%5c)(?:\.|%2e){1,2}(?:[/\\;?]|%2f|%5c|%3b|$)/i;

/** What takes the place of the target of a request. */
export interface NewTarget {
  readonly target: string;
  /** As for Changed. */
  readonly beginning: Changed['beginning'];
}

/** Changes paths and queries on their way to a backend: the first rule that is for one, and then a query that is set. */
export class TargetRewrite {
  readonly #path: readonly UrlRule[];
  readonly #query: readonly UrlRule[];
  readonly #setQuery: Template | undefined;
  readonly #limit: number;

  /** `limit`: bytes that a target may have. Throws TemplateError. */
  constructor(config: RewriteConfig, limit: number) {
    this.#path = config.path.map(rule => urlRuleOf(rule, 'path'));
    this.#query = config.queryPatterns.map(rule => urlRuleOf(rule, 'query'));
    this.#setQuery = config.query === undefined ? undefined : targetTemplate(config.query);
    this.#limit = limit;
  }

  /** Undefined: it stays as it is. Throws GatewayError for a target that no client could ask for. */
  apply(exchange: Exchange): NewTarget | undefined {
    const { target } = exchange;
    // `*` asks about the server as a whole: there is no path (RFC 9110, 9.3.7).
    if (target.charCodeAt(0) !== SLASH) return undefined;
    const path = pathOf(target);
    const changed = firstOf(this.#path, exchange, path);
    const moved = changed === undefined ? path : checkedPath(pathOf(changed.text), path);
    const query = this.#queryFor(exchange, target.slice(path.length), changed);
    const made = moved + query;
    if (made === target) return undefined;
    this.#check(made);
    return { target: made, beginning: changed?.beginning };
  }

  /** The new query with its question mark, of the one that came with it; empty: none. */
  #queryFor(exchange: Exchange, asked: string, changed: Changed | undefined): string {
    const own = changed === undefined ? '' : changed.text.slice(pathOf(changed.text).length);
    let query = own === '' ? asked : joined(own, asked);
    const replaced = this.#query.length === 0 ? undefined : firstOf(this.#query, exchange, query.slice(1));
    if (replaced !== undefined) query = `?${replaced.text}`;
    if (this.#setQuery !== undefined)
      // A value that was not there leaves no empty parameter at either end.
      query = `?${trimmed(this.#setQuery.expandUrl(exchange, undefined, true), '&')}`;
    const isAsked = query === asked;
    return query === '?' && !isAsked ? '' : query;
  }

  #check(target: string): void {
    if (target.length > this.#limit) {
      throw new GatewayError(
        'http_request_error',
        `the route makes a target of ${target.length} bytes, more than there may be: ${this.#limit}`,
      );
    }
    for (let i = 0; i < target.length; i++) {
      const byte = target.charCodeAt(i);
      if (((CLASS[byte] ?? 0) & TARGET) !== 0) continue;
      throw refused(target, `${byteName(byte)} may not stand in it`);
    }
  }
}

function firstOf(rules: readonly UrlRule[], exchange: Exchange, text: string): Changed | undefined {
  for (const rule of rules) {
    const changed = rule.apply(exchange, text);
    if (changed !== undefined) return changed;
  }
  return undefined;
}

/** A path that a rule has made, which stays below what the rule names: nobody gets beside it by a path that leads upwards. */
function checkedPath(path: string, asked: string): string {
  if (path.charCodeAt(0) !== SLASH) throw refused(path, 'it does not begin with /');
  if (path.startsWith('//') && !asked.startsWith('//')) throw refused(path, 'two slashes begin with a host');
  if (UPWARDS.test(path)) throw refused(path, 'a segment . or .. leads past what the route gives way to');
  return path;
}

/** The query of a rule stands before that which came. */
function joined(own: string, asked: string): string {
  return asked.length < 2 ? own : `${own}&${asked.slice(1)}`;
}

function refused(made: string, why: string): GatewayError {
  return new GatewayError('http_request_error', `the route makes of the target ${quoted(made)}: ${why}`);
}
