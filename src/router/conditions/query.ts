import type { Exchange } from '../../exchange.ts';
import { queryOf } from '../../http1/target.ts';
import { percentDecoded } from '../percent-decoded.ts';
import type { Condition } from './condition.ts';
import type { Values } from './values.ts';

/** The query parameters of that name, of which one has to have one of the values; names and values are decoded. */
export class QueryCondition implements Condition {
  private readonly name: string;
  private readonly values: Values;

  constructor(name: string, values: Values) {
    this.name = name;
    this.values = values;
  }

  holds({ target }: Exchange): boolean {
    const query = queryOf(target);
    if (query === '') return false;
    // Older applications take a semicolon for a separator, too.
    return this.matches(query, '&') || (query.includes(';') && this.matches(query, /[&;]/));
  }

  private matches(query: string, separator: string | RegExp): boolean {
    for (const pair of query.split(separator)) {
      const equals = pair.indexOf('=');
      const name = equals === -1 ? pair : pair.slice(0, equals);
      if (parameter(name) !== this.name) continue;
      if (this.values.has(equals === -1 ? '' : parameter(pair.slice(equals + 1)))) return true;
    }
    return false;
  }
}

function parameter(text: string): string {
  return percentDecoded(text.includes('+') ? text.replaceAll('+', ' ') : text);
}
