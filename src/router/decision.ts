import type { RouteConfig } from '../config/config.ts';
import { GatewayError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import { quoted } from '../http1/refusal.ts';
import { capturesOf, NO_CAPTURES } from './captures.ts';
import { hostName } from './conditions/host.ts';
import { readingsOf, singleReading } from './path-readings.ts';
import { RouteTable } from './route-table.ts';
import { type Rule, ruleOf } from './rule.ts';

/** Which route of a configuration an exchange takes: the first that matches, exactly as if all were tried in their order. */
export class Decision {
  readonly rules: readonly Rule[];
  private readonly names: readonly string[];
  private readonly table: RouteTable;
  private readonly byHost: boolean;
  private readonly byPath: boolean;
  private readonly captures: boolean;

  constructor(configs: readonly RouteConfig[]) {
    this.rules = configs.map(ruleOf);
    this.names = configs.map(({ name }) => name);
    this.table = new RouteTable(this.rules);
    this.byHost = this.rules.some(({ byHost }) => byHost);
    this.byPath = this.rules.some(({ byPath }) => byPath);
    this.captures = this.rules.some(rule => rule.pathPatterns.length + rule.hostPatterns.length > 0);
  }

  /**
   * The place of the route; -1: none matches. Tells the exchange what was captured. Throws http_request_error for a path
   * that leads two readers to two routes, and for one that nobody should read.
   */
  of(exchange: Exchange): number {
    const host = this.hostOf(exchange);
    const path = this.byPath ? singleReading(exchange.target) : '';
    if (path === undefined) return this.agreed(exchange, host, readingsOf(exchange.target));
    const place = this.table.find(exchange, host, path);
    if (this.captures) this.capture(exchange, place, host, path);
    return place;
  }

  /** The host of an exchange as routes see it; empty where none goes by it. */
  hostOf(exchange: Exchange): string {
    return this.byHost ? hostName(exchange.host) : '';
  }

  /** All that the path of an exchange may be taken for; where no route goes by it, one that says nothing. */
  readingsOf(exchange: Exchange): readonly string[] {
    if (!this.byPath) return [''];
    const single = singleReading(exchange.target);
    return single === undefined ? readingsOf(exchange.target) : [single];
  }

  /** The route to which every reading of a path leads. */
  private agreed(exchange: Exchange, host: string, readings: readonly string[]): number {
    const place = this.table.find(exchange, host, readings[0]!);
    for (const other of readings) {
      const elsewhere = this.table.find(exchange, host, other);
      if (elsewhere !== place) throw this.disagreement(exchange, readings[0]!, place, other, elsewhere);
    }
    if (this.captures) this.capture(exchange, place, host, readings[0]!);
    return place;
  }

  private capture(exchange: Exchange, place: number, host: string, path: string): void {
    exchange.captures = place === -1 ? NO_CAPTURES : capturesOf(this.rules[place]!, host, path);
  }

  private disagreement(
    { target }: Exchange,
    one: string,
    place: number,
    other: string,
    elsewhere: number,
  ): GatewayError {
    return new GatewayError(
      'http_request_error',
      `target ${quoted(target)} has readings that lead to different routes: ${quoted(one)} to ${this.nameOf(place)}, ${quoted(other)} to ${this.nameOf(elsewhere)}; it has to be sent in one form`,
    );
  }

  private nameOf(place: number): string {
    return place === -1 ? 'none' : this.names[place]!;
  }
}
