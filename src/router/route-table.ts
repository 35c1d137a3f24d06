import type { Exchange } from '../exchange.ts';
import { PathTable } from './path-table.ts';
import type { Rule } from './rule.ts';

/** Finds the first rule that a request meets by looking up its host and its path, however many rules there are. */
export class RouteTable {
  private readonly byName = new Map<string, PathTable>();
  /** Names have a dot in front. */
  private readonly byDomain = new Map<string, PathTable>();
  private readonly any = new PathTable();
  private longestDomain = 0;
  private readonly size: number;

  constructor(rules: readonly Rule[]) {
    this.size = rules.length;
    for (const [place, rule] of rules.entries()) this.add(place, rule);
  }

  /** The place of the first rule that is met; -1: none is. */
  find(exchange: Exchange, host: string, path: string): number {
    let first = this.any.first(exchange, host, path, this.size);
    const named = this.byName.get(host);
    if (named !== undefined) first = named.first(exchange, host, path, first);
    if (this.longestDomain !== 0) first = this.firstBelow(exchange, host, path, first);
    return first === this.size ? -1 : first;
  }

  private firstBelow(exchange: Exchange, host: string, path: string, limit: number): number {
    let first = limit;
    const from = Math.max(1, host.length - this.longestDomain);
    for (let dot = host.indexOf('.', from); dot !== -1; dot = host.indexOf('.', dot + 1)) {
      const table = this.byDomain.get(host.slice(dot));
      if (table !== undefined) first = table.first(exchange, host, path, first);
    }
    return first;
  }

  private add(place: number, rule: Rule): void {
    if (rule.host === undefined) {
      this.any.add(place, rule);
      return;
    }
    for (const name of rule.host.names?.texts ?? []) tableOf(this.byName, name).add(place, rule);
    for (const domain of rule.host.domains) {
      tableOf(this.byDomain, domain).add(place, rule);
      this.longestDomain = Math.max(this.longestDomain, domain.length);
    }
  }
}

function tableOf(tables: Map<string, PathTable>, name: string): PathTable {
  const known = tables.get(name);
  if (known !== undefined) return known;
  const table = new PathTable();
  tables.set(name, table);
  return table;
}
