import type { LookupFunction } from 'node:net';
import type { BackendConfig, PoolConfig } from '../config/config.ts';
import type { ErrorKind } from '../errors.ts';
import type { Application, Connection, ConnectionOwner, Destination, Protocol } from '../protocol.ts';
import type { EndpointTls } from './endpoint-tls.ts';
import { Health } from './health.ts';
import { IdleList } from './idle-list.ts';
import type { Tunnel } from './lease.ts';
import { ABSENT, DISABLED, DOWN, DRAINING, EJECTED, LEAVING, type Ledger, OUT } from './ledger.ts';
import { PinnedWorkers } from './pinned-workers.ts';
import { type Place, tierOf } from './place.ts';
import { openingOf, tlsOf } from './reached-by.ts';
import { SlowStart } from './slow-start.ts';
import { Standing } from './standing.ts';
import type { Surroundings } from './surroundings.ts';
import { applicationOf, authorityOf } from './told.ts';
import { Traffic } from './traffic.ts';
import { OPENED, REUSED } from './traffic-cells.ts';

/**
 * How long a connection may be idle that occupies a worker, in milliseconds: others who use the application must not wait
 * for it longer, and to connect once a second costs nothing.
 */
const SHORT_REST = 1_000;

/** What stands in the ledger for a weight of 1, so that a part of it is a whole number as well; and the most that fits there. */
const WHOLE = 100;
const MOST_WEIGHT = 2 ** 31 - 1;

/** Why a connection is not kept while a check is under way. */
const FOR_A_CHECK = 'its worker is needed for a check';

/** Why an endpoint is taken out by a command, or used again. */
const OPERATOR = 'by an operator';

/** Who wants to hear of the failures of an endpoint. */
export interface EndpointWatcher {
  /** A failure that the error table counts against the endpoint. */
  failed(kind: ErrorKind): void;
}

/** One address of a backend: its row of the ledger, its health and its idle connections. */
export class Endpoint implements Destination, ConnectionOwner {
  readonly name: string;
  /** Its row of the ledger. */
  readonly index: number;
  /** Those of a tier get requests only while nothing is up in the tiers below. */
  tier!: number;
  /** Requests in flight; Infinity: no limit. */
  maxConns!: number;
  readonly scheme: string;
  readonly host: string;
  port: number;
  lookup: LookupFunction | undefined;
  readonly path: string;
  readonly tls: EndpointTls | undefined;
  readonly opening: Destination['opening'];
  application!: Application;
  authority: string;
  connectTimeout!: number;
  responseTimeout!: number;
  idleTimeout!: number;
  tunnelTimeout!: number;
  /** Upgraded connections among the requests in flight. */
  readonly tunnels = new Set<Tunnel>();
  readonly health: Health;
  readonly standing: Standing;
  /** Its attempts. */
  readonly traffic: Traffic;
  readonly ledger: Ledger;
  readonly protocol: Protocol;
  /** Whether a check is under way: until it has ended, no connection rests that may occupy the worker that it waits for. */
  #checked = false;
  /** Null: nobody wants to hear. */
  watcher: EndpointWatcher | null = null;
  /** Whether somebody waits for the moment at which nothing is in flight any more. */
  awaited = false;
  #backend!: BackendConfig;
  #place: Place;
  readonly #idle: IdleList;
  /** Null: a connection that is idle costs the application nothing. */
  readonly #pinned: PinnedWorkers | null;
  readonly #slowStart: SlowStart;
  #keeps = false;
  #waits: (() => void)[] = [];
  readonly #now: () => number;
  readonly #changed: () => void;
  /** Set when the pool winds up: connections are no longer kept. */
  #closing = false;

  /** Takes a row of the ledger. */
  constructor(backend: BackendConfig, place: Place, protocol: Protocol, around: Surroundings) {
    const { config, ledger, log, now, attempts, changed } = around;
    this.name = place.name;
    this.scheme = backend.scheme;
    this.host = place.host;
    this.port = place.port;
    this.lookup = undefined;
    this.path = backend.path;
    this.authority = authorityOf({ ...backend, host: place.target ?? backend.host, port: place.port });
    const host = place.target ?? backend.host;
    const renewed = () => this.closeIdle('its certificates have changed');
    this.tls = tlsOf(backend, protocol, { pool: config.name, endpoint: place.name, host, log, renewed });
    this.index = ledger.open();
    this.opening = openingOf(backend);
    this.ledger = ledger;
    this.protocol = protocol;
    this.#place = place;
    this.#now = now;
    this.#changed = changed;
    this.#pinned = protocol.pinsWorker ? new PinnedWorkers(now) : null;
    this.#idle = new IdleList(0, 0, now);
    this.#slowStart = new SlowStart(now, () => this.#weigh());
    this.standing = new Standing(ledger, this.index, now, () => this.startSlowly());
    this.traffic = new Traffic(now, attempts);
    const words = { pool: config.name, endpoint: place.name };
    this.health = new Health(this, config.health, words, log, now, changed);
    this.configure(backend, config);
  }

  /** Takes over what a backend and its pool say, from now on; the backend has to be the same by `sameBackend`. */
  configure(backend: BackendConfig, config: PoolConfig): void {
    const { keepalive, timeouts } = config;
    this.#backend = backend;
    this.tier = tierOf(backend, this.#place);
    this.maxConns = config.balance.kind === 'fair' ? 1 : (backend.maxConns ?? config.maxConns);
    this.application = applicationOf(backend, config);
    this.connectTimeout = timeouts.connect;
    this.responseTimeout = timeouts.response;
    this.idleTimeout = timeouts.idle;
    this.tunnelTimeout = timeouts.tunnel;
    // One that begins with an address is about that client alone.
    const kept = backend.sendProxy === 0 ? keepalive.connections : 0;
    this.#keeps = kept > 0 && keepalive.timeout > 0;
    this.#idle.configure(
      kept,
      this.#pinned === null ? keepalive.timeout : Math.min(keepalive.timeout, SHORT_REST),
    );
    if (this.#pinned !== null) this.#pinned.learns = this.#keeps && this.maxConns === Infinity;
    this.health.configure(config);
    this.#weigh();
  }

  /** Takes over tier and weight of another place with the same address; who owns it has to choose anew. */
  rank(place: Place): void {
    this.#place = place;
    this.tier = tierOf(this.#backend, place);
    this.#weigh();
  }

  /** Where it is, by its backend. */
  get place(): Place {
    return this.#place;
  }

  /** `address:port`, or the path of a socket or a script. */
  get address(): string {
    return this.path || authorityOf(this);
  }

  /** The backend that it is an address of. */
  get backend(): BackendConfig {
    return this.#backend;
  }

  /** Whether it gets requests only while no ordinary one is up. */
  get backup(): boolean {
    return this.#backend.backup;
  }

  /** Its present share beside other endpoints; only ratios mean something. */
  get weight(): number {
    return this.ledger.weight(this.index);
  }

  /** Its share beside other endpoints as configured, when it has all of it. */
  get wholeWeight(): number {
    return this.#backend.weight * this.#place.weight;
  }

  /** The part of its weight that it has by now, 0 to 1. */
  get ramp(): number {
    return this.#slowStart.share;
  }

  /** It is new or back: it gets its weight little by little, if its pool wants that. */
  startSlowly(): void {
    if (!this.#closing) this.#slowStart.begin(this.health.config.slowStart);
  }

  get inFlight(): number {
    return this.ledger.inFlight(this.index);
  }

  /** Whether connections to it are to be kept after a request. */
  get keepAlive(): boolean {
    return this.#keeps && (this.#pinned === null || this.#pinned.keeps);
  }

  /** Whether it has a slot for one request more. */
  get free(): boolean {
    return this.ledger.inFlight(this.index) < this.maxConns;
  }

  /** Whether a request does better to wait for one of the connections that are in use than to open another. */
  get crowded(): boolean {
    return this.#pinned !== null && this.#idle.size === 0 && this.#pinned.crowded(this.inFlight);
  }

  /** When `crowded` may change by itself; Infinity: never. */
  nextRoom(now: number): number {
    if (this.#pinned === null || this.#idle.size > 0) return Infinity;
    return this.#pinned.nextRoom(this.inFlight, now);
  }

  /** Whether neither its failures nor checks have taken it out. */
  get up(): boolean {
    return (this.ledger.state(this.index) & (EJECTED | DOWN)) === 0;
  }

  get idleConnections(): number {
    return this.#idle.size;
  }

  /** How many connections the application took at once of late; null for one of which an idle connection holds no worker. */
  get acceptedAtOnce(): number | null {
    return this.#pinned === null ? null : this.#pinned.acceptedAtOnce;
  }

  /** The expected latency in microseconds; 0: none is known. */
  latency(at: number): number {
    return this.ledger.latency(this.index, at);
  }

  /**
   * An idle connection (most recently used first) unless `fresh`, else a new one from the protocol. Never awaits.
   * `repeatable`: whether the request can be sent again should the application have closed an idle connection just now.
   */
  checkout(fresh: boolean, repeatable = true): Connection {
    const kept = fresh || this.#pinned?.mayReuse(repeatable) === false ? undefined : this.#idle.take();
    if (kept !== undefined) {
      this.#pinned?.taken(kept);
      this.traffic.count(REUSED);
      return kept;
    }
    // An idle connection pins a worker of some applications: with it, the new one may be one more than they have.
    if (this.#pinned !== null || this.inFlight + this.#idle.size > this.maxConns) {
      this.#idle.closeOldest('its slot is needed for a fresh connection');
    }
    const connection = this.protocol.connect(this, this);
    this.traffic.count(OPENED);
    this.#pinned?.opened(connection, this.inFlight);
    return connection;
  }

  /**
   * Keeps a clean connection for the next request, or closes it: winding up, promised too short a time, or its worker is
   * waited for.
   */
  idle(connection: Connection, forMs: number | undefined): void {
    if (this.#closing || this.#out) connection.close('endpoint is draining');
    else if (this.#checked && this.#pinned !== null) connection.close(FOR_A_CHECK);
    else if (this.#pinned === null) this.#idle.add(connection, forMs);
    else this.#keepWorker(connection, this.#pinned.restFor(connection));
  }

  accepted(connection: Connection): void {
    if (this.#pinned?.proved(connection)) this.#changed();
  }

  /** Forgets a connection. */
  closed(connection: Connection, reason: string): void {
    const resting = this.#idle.remove(connection);
    this.#pinned?.closed(connection, resting, reason);
  }

  /** A check begins or ends, on a connection of its own: a worker that an idle one may be holding is freed for it. */
  set checked(checked: boolean) {
    this.#checked = checked;
    if (checked && this.#pinned !== null) this.#idle.closeOldest(FOR_A_CHECK);
  }

  closeIdle(reason: string): void {
    this.#idle.closeAll(reason);
  }

  /** Closes the idle connections and keeps none from now on. */
  windUp(reason: string): void {
    this.#closing = true;
    this.#slowStart.end();
    this.#idle.closeAll(reason);
  }

  /** A response head came, so many milliseconds after the request was sent; `at`: the present moment of clock.ts, if known. */
  succeeded(latencyMs: number, at: number = this.#now(), reused = false): void {
    this.ledger.observe(this.index, latencyMs * 1000, at);
    this.traffic.answered(latencyMs, at);
    this.health.succeeded();
    if (reused) this.#pinned?.answered(latencyMs);
  }

  /** A failure that the error table counts against the endpoint. */
  failed(kind: ErrorKind, words = ''): void {
    this.health.failed(kind, words);
    this.watcher?.failed(kind);
  }

  /** Another process answers from now on, at `port` if the endpoint has one: what is known of the one before is forgotten. */
  renew(port: number): void {
    this.#idle.closeAll('the application was restarted');
    this.health.forget();
    this.#pinned?.forget();
    if (this.path !== '') return;
    this.port = port;
    this.authority = authorityOf(this);
  }

  /** Calls back once nothing is in flight, at once if that is so now; what it gives back calls that off. */
  whenEmpty(tell: () => void): () => void {
    if (this.inFlight === 0) {
      tell();
      return () => {};
    }
    this.#waits.push(tell);
    this.awaited = true;
    return () => {
      this.#waits = this.#waits.filter(wait => wait !== tell);
      this.awaited = this.#waits.length > 0;
    };
  }

  /** For Pool alone: the last that was in flight has ended, and somebody waits for that. */
  emptied(): void {
    this.awaited = false;
    for (const tell of this.#waits.splice(0)) tell();
  }

  /** Whether an operator has it finish what it has and take nothing new. */
  get draining(): boolean {
    return (this.ledger.state(this.index) & DRAINING) !== 0;
  }

  set draining(draining: boolean) {
    this.#set(DRAINING, draining, OPERATOR);
    if (draining) this.#idle.closeAll('endpoint is draining');
  }

  /** Whether an operator took it out. */
  get disabled(): boolean {
    return (this.ledger.state(this.index) & DISABLED) !== 0;
  }

  set disabled(disabled: boolean) {
    this.#set(DISABLED, disabled, OPERATOR);
    if (disabled) this.#idle.closeAll('endpoint is disabled');
  }

  /** Whether no process answers there at present, as far as who starts it knows. */
  get absent(): boolean {
    return (this.ledger.state(this.index) & ABSENT) !== 0;
  }

  set absent(absent: boolean) {
    this.#set(ABSENT, absent, absent ? 'no process answers there' : 'the application is ready');
    if (absent) this.#idle.closeAll('the application is not running');
  }

  /** Whether its process or its address is about to go: it finishes what it has and takes nothing new. */
  get leaving(): boolean {
    return (this.ledger.state(this.index) & LEAVING) !== 0;
  }

  set leaving(leaving: boolean) {
    this.#set(LEAVING, leaving, leaving ? 'its process is about to end' : '');
    if (leaving) this.#idle.closeAll('endpoint is about to go');
  }

  #keepWorker(connection: Connection, restFor: number): void {
    if (restFor === Infinity) this.#idle.add(connection, undefined);
    else if (restFor > 0) this.#idle.add(connection, undefined, restFor);
    else connection.close('its worker is needed for a request that waits');
  }

  #weigh(): void {
    const weight = Math.round(this.wholeWeight * WHOLE * this.#slowStart.share);
    this.ledger.setWeight(this.index, Math.min(Math.max(1, weight), MOST_WEIGHT));
  }

  get #out(): boolean {
    return (this.ledger.state(this.index) & OUT) !== 0;
  }

  #set(bit: number, on: boolean, why: string): void {
    if (on) this.standing.set(bit, why);
    else this.standing.clear(bit, why);
    this.#changed();
  }
}
