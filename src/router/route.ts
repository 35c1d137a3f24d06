import type { Exchange, RequestEditor } from '../exchange.ts';
import { Gate } from '../pool/gate.ts';
import type { Pool } from '../pool/pool.ts';

/** What leads requests to a pool, and a gate in front of it. */
export class Route {
  /** Empty for what no route of the configuration matches. */
  readonly name: string;
  readonly pool: Pool;
  readonly gate: Gate;
  /** What is changed in requests and answers; null: nothing. */
  editor: RequestEditor | null = null;
  /** Exchanges that have passed its gate and that backends have not finished, and those of them that wait for a slot. */
  underWay = 0;
  /** Of these, upgraded connections. */
  tunnels = 0;
  /** Of these, upgraded connections and such as passed while it was held. */
  apart = 0;

  constructor(pool: Pool, name: string) {
    this.name = name;
    this.pool = pool;
    this.gate = new Gate(`route ${name}`, pool);
  }

  /** The route that an exchange takes: this one, or a branch of it to another pool. */
  choose(_exchange: Exchange): Route {
    return this;
  }

  /** An exchange has passed; `apart`: while the gate was held. */
  enter(apart: boolean): void {
    this.underWay++;
    if (apart) this.apart++;
  }

  /** A connection was upgraded. */
  tunnelBegun(apart: boolean): void {
    this.tunnels++;
    if (!apart) this.apart++;
  }

  /** What had passed is finished. */
  leave(apart: boolean, tunnel: boolean): void {
    this.underWay--;
    if (tunnel) this.tunnels--;
    if (apart || tunnel) this.apart--;
  }
}
