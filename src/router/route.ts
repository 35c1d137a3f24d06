import type { WriteMark } from '../cookies/write-mark.ts';
import type { Exchange, RequestEditor } from '../exchange.ts';
import type { Claim } from '../pool/claim.ts';
import type { Endpoint } from '../pool/endpoint.ts';
import { Gate } from '../pool/gate.ts';
import type { Pool } from '../pool/pool.ts';
import type { Branches } from './branches.ts';

/** What a branch is for; empty: it is none. `wished`: the canary, for those who ask for it and for nothing else. */
export type Role = '' | 'reads' | 'canary' | 'wished';

/** What leads requests to a pool, and a gate in front of it. */
export class Route {
  /** Empty for what no route of the configuration matches. */
  readonly name: string;
  readonly pool: Pool;
  /** What it is a branch of, whose gate it has and where it is counted; itself, if it is none. */
  readonly trunk: Route;
  readonly role: Role;
  readonly gate: Gate;
  /** What is changed in requests and answers; null: nothing. */
  editor: RequestEditor | null = null;
  /** Null: all requests go to its own pool. */
  branches: Branches | null = null;
  /** Told to clients that write here, so that they read where they have written; null: nobody reads elsewhere. */
  writes: WriteMark | null = null;
  /** Exchanges that have passed its gate and that backends have not finished, and those of them that wait for a slot. */
  underWay = 0;
  /** Of these, upgraded connections. */
  tunnels = 0;
  /** Of these, upgraded connections and such as passed while it was held. */
  apart = 0;

  constructor(pool: Pool, name: string, trunk?: Route, role: Role = '') {
    this.name = name;
    this.pool = pool;
    this.trunk = trunk ?? this;
    this.role = role;
    this.gate = trunk?.gate ?? new Gate(`route ${name}`, pool);
  }

  /** All that its requests may come to, its own first. */
  get pools(): readonly Pool[] {
    return [this.pool, ...(this.branches?.all ?? []).map(({ pool }) => pool)];
  }

  /** Whether its trunk can serve what it cannot. */
  get yields(): boolean {
    return this.role === 'reads' || this.role === 'canary';
  }

  /** Whether another pool serves while its own has no endpoint. */
  get hasFallback(): boolean {
    return this.yields || this.pool.config.fallback !== '';
  }

  /** The route that an exchange takes: this one, or a branch of it to another pool. No backend will see the gateway's cookies. */
  choose(exchange: Exchange): Route {
    const { branches, writes } = this;
    if (this.pool.sticky !== null) this.pool.sticky.take(exchange);
    if (writes !== null) writes.take(exchange);
    return branches === null ? this : branches.choose(exchange);
  }

  /** Where what has taken a route of the same name before is to go on: to the branch for the same, or else here. */
  heirOf({ role }: Route): Route {
    return this.branches?.branch(role) ?? this;
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
    const { trunk } = this;
    trunk.underWay++;
    if (apart) trunk.apart++;
  }

  /** A connection was upgraded. */
  tunnelBegun(apart: boolean): void {
    const { trunk } = this;
    trunk.tunnels++;
    if (!apart) trunk.apart++;
  }

  /** What had passed is finished. */
  leave(apart: boolean, tunnel: boolean): void {
    const { trunk } = this;
    trunk.underWay--;
    if (tunnel) trunk.tunnels--;
    if (apart || tunnel) trunk.apart--;
  }
}

/** Whether a request of that method changes nothing (RFC 9110, 9.2.1). */
function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS' || method === 'TRACE';
}
