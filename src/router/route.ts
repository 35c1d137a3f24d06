import type { WriteMark } from '../cookies/write-mark.ts';
import type { Exchange, RequestEditor } from '../exchange.ts';
import type { Claim } from '../pool/claim.ts';
import type { Endpoint } from '../pool/endpoint.ts';
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
  /** Told to clients that write here, so that they read where they have written; null: nobody reads elsewhere. */
  writes: WriteMark | null = null;
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
  choose(exchange: Exchange): Route {
    if (this.pool.sticky !== null) this.pool.sticky.take(exchange);
    if (this.writes !== null) this.writes.take(exchange);
    return this;
  }

  /** An endpoint has answered for a claim. A backend that refuses a request has done nothing (RFC 9110, 15.5). */
  answered(exchange: Exchange, status: number, claim: Claim, endpoint: Endpoint): void {
    if (this.pool.sticky !== null) this.pool.sticky.answered(exchange, claim, endpoint);
    if (this.writes !== null && (status < 400 || status >= 500)) this.unanswered(exchange);
  }

  /** A backend may have done what was asked, whatever the client will be told. */
  unanswered(exchange: Exchange): void {
    if (this.writes !== null && !isSafe(exchange.method)) this.writes.leave(exchange);
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

/** Whether a request of that method changes nothing (RFC 9110, 9.2.1). */
function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS' || method === 'TRACE';
}
