import type { Exchange } from '../../exchange.ts';
import { percentDecoded } from '../percent-decoded.ts';
import type { Condition } from './condition.ts';
import type { Values } from './values.ts';

const COOKIES = /^cookie: ([^\r]*)\r$/gim;
const QUOTED = /^"(.*)"$/s;

/** The cookies of that name, of which one has to have one of the values: as it was sent, without quotes, or decoded. */
export class CookieCondition implements Condition {
  private readonly name: string;
  private readonly values: Values;

  constructor(name: string, values: Values) {
    this.name = name;
    this.values = values;
  }

  holds({ fields }: Exchange): boolean {
    for (const [, list] of fields.matchAll(COOKIES)) {
      for (const pair of list!.split(';')) if (this.matches(pair)) return true;
    }
    return false;
  }

  private matches(pair: string): boolean {
    const equals = pair.indexOf('=');
    if (equals === -1 || pair.slice(0, equals).trim() !== this.name) return false;
    const sent = pair.slice(equals + 1).trim();
    const bare = sent.replace(QUOTED, '$1');
    return this.values.has(sent) || this.values.has(bare) || this.values.has(percentDecoded(bare));
  }
}
