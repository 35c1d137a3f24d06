import type { BackendConfig, PoolConfig } from '../config/config.ts';
import type { ErrorKind } from '../errors.ts';
import type { Log } from '../log/log.ts';
import type { Application, Connection, ConnectionOwner, Destination, Protocol } from '../protocol.ts';
import { Acceptance } from './acceptance.ts';
import { Fidelity } from './fidelity.ts';
import { Health } from './health.ts';
import { IdleList } from './idle-list.ts';
import { ABSENT, DISABLED, DRAINING, EJECTED, LEAVING, type Ledger, OUT } from './ledger.ts';
import { type Place, tierOf } from './place.ts';
import { WorkerCount } from './worker-count.ts';

/** What a pool gives to each of its endpoints. */
export interface Surroundings {
  readonly config: PoolConfig;
  readonly ledger: Ledger;
  readonly log: Log;
  readonly now: () => number;
  /** An endpoint may be used now, or may not any more. */
  readonly changed: () => void;
}

/**
 * How long a connection may be idle that occupies a worker, in milliseconds: others who use the application must not wait
 * for it longer, and to connect once a second costs nothing.
 */
const SHORT_REST = 1_000;

/** How long a new connection may take to prove itself before the limit is taken to be above the number of workers. */
const SOON_ACCEPTED = 100;

/** Why a connection is gone that the application closed before it answered a request. */
const UNANSWERED: ErrorKind = 'connection_terminated';

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
  readonly path: string;
  application!: Application;
  authority: string;
  connectTimeout!: number;
  responseTimeout!: number;
  idleTimeout!: number;
  tunnelTimeout!: number;
  /** Upgraded connections among the requests in flight. */
  tunnels = 0;
  readonly health: Health;
  readonly ledger: Ledger;
  readonly protocol: Protocol;
  /** Null: nobody wants to hear. */
  watcher: EndpointWatcher | null = null;
  /** Whether somebody waits for the moment at which nothing is in flight any more. */
  awaited = false;
  #backend!: BackendConfig;
  readonly #place: Place;
  readonly #idle: IdleList;
  /** Null: a connection that is idle costs the application nothing. */
  readonly #acceptance: Acceptance | null;
  /** Null: whether connections are kept, the application says itself. */
  readonly #fidelity: Fidelity | null;
  /** Null: workers are none of its business, or the configuration says how many there are. */
  #workers: WorkerCount | null = null;
  #keeps = false;
  #waits: (() => void)[] = [];
  readonly #now: () => number;
  readonly #changed: () => void;
  /** Set when the pool winds up: connections are no longer kept. */
  #closing = false;

  /** Takes a row of the ledger. */
  constructor(backend: BackendConfig, place: Place, protocol: Protocol, around: Surroundings) {
    const { config, ledger, log, now, changed } = around;
    this.name = place.name;
    this.index = ledger.open();
    this.scheme = backend.scheme;
    this.host = place.host;
    this.port = place.port;
    this.path = backend.path;
    this.authority = authorityOf({ ...backend, port: place.port });
    this.ledger = ledger;
    this.protocol = protocol;
    this.#place = place;
    this.#now = now;
    this.#changed = changed;
    this.#acceptance = protocol.pinsWorker ? new Acceptance() : null;
    this.#fidelity = protocol.pinsWorker ? new Fidelity() : null;
    this.#idle = new IdleList(0, 0, now);
    const words = { pool: config.name, endpoint: place.name };
    this.health = new Health(ledger, this.index, config.health, words, log, now, changed);
    this.configure(backend, config);
  }

  /** Takes over what a backend and its pool say, from now on; the backend has to be the same by `sameBackend`. */
  configure(backend: BackendConfig, config: PoolConfig): void {
    const { keepalive, timeouts } = config;
    const { pinsWorker } = this.protocol;
    this.#backend = backend;
    this.tier = tierOf(backend, this.#place);
    this.maxConns = config.balance.kind === 'fair' ? 1 : (backend.maxConns ?? config.maxConns);
    this.application = applicationOf(backend, config);
    this.connectTimeout = timeouts.connect;
    this.responseTimeout = timeouts.response;
    this.idleTimeout = timeouts.idle;
    this.tunnelTimeout = timeouts.tunnel;
    this.#keeps = keepalive.connections > 0 && keepalive.timeout > 0;
    this.#idle.configure(
      keepalive.connections,
      pinsWorker ? Math.min(keepalive.timeout, SHORT_REST) : keepalive.timeout,
    );
    if (!pinsWorker || this.maxConns !== Infinity || !this.#keeps) this.#workers = null;
    else this.#workers ??= new WorkerCount();
    this.health.config = config.health;
    this.ledger.setWeight(this.index, Math.max(1, Math.round(backend.weight * this.#place.weight)));
  }

  /** The backend that it is an address of. */
  get backend(): BackendConfig {
    return this.#backend;
  }

  /** Whether it gets requests only while no ordinary one is up. */
  get backup(): boolean {
    return this.#backend.backup;
  }

  get weight(): number {
    return this.ledger.weight(this.index);
  }

  get inFlight(): number {
    return this.ledger.inFlight(this.index);
  }

  /** Whether connections to it are to be kept after a request. */
  get keepAlive(): boolean {
    return this.#keeps && (this.#fidelity === null || this.#fidelity.expected(this.#now()));
  }

  /** Whether it has a slot for one request more. */
  get free(): boolean {
    return this.ledger.inFlight(this.index) < this.maxConns;
  }

  /** Whether a request does better to wait for one of the connections that are in use than to open another. */
  get crowded(): boolean {
    if (this.#workers === null || this.#idle.size > 0) return false;
    return !this.#workers.allows(this.inFlight, this.#acceptance!.waits, this.#now());
  }

  /** When `crowded` may change by itself; Infinity: never. */
  nextRoom(now: number): number {
    if (this.#workers === null || !this.crowded) return Infinity;
    return this.#workers.nextChange(this.#acceptance!.waits, now);
  }

  /** Whether it is not ejected. */
  get up(): boolean {
    return (this.ledger.state(this.index) & EJECTED) === 0;
  }

  get idleConnections(): number {
    return this.#idle.size;
  }

  /** How many connections the application took at once of late; null for one of which an idle connection holds no worker. */
  get acceptedAtOnce(): number | null {
    return this.#acceptance === null ? null : this.#acceptance.mostAtOnce(this.#now());
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
    const kept = fresh || !this.#mayReuse(repeatable) ? undefined : this.#idle.take();
    if (kept !== undefined) {
      this.#fidelity?.taken(kept);
      this.#workers?.moved(this.#now());
      return kept;
    }
    // An idle connection pins a worker of some applications: with it, the new one may be one more than they have.
    if (this.#acceptance !== null || this.inFlight + this.#idle.size > this.maxConns) {
      this.#idle.closeOldest('its slot is needed for a fresh connection');
    }
    const connection = this.protocol.connect(this, this);
    this.#acceptance?.opened(connection, this.#now());
    this.#workers?.opened(connection, this.inFlight, this.#now());
    return connection;
  }

  /**
   * Keeps a clean connection for the next request, or closes it: winding up, promised too short a time, or its worker is
   * waited for.
   */
  idle(connection: Connection, forMs: number | undefined): void {
    if (this.#closing || this.#out) connection.close('endpoint is draining');
    else if (this.#acceptance === null) this.#idle.add(connection, forMs);
    else this.#keepWorker(connection, this.#acceptance);
  }

  accepted(connection: Connection): void {
    this.#acceptance?.proved(connection, this.#now());
    if (this.#workers === null) return;
    this.#workers.proved(connection);
    // There may be a worker more than was known.
    if (this.#workers.known) this.#changed();
  }

  /** Forgets a connection. */
  closed(connection: Connection, reason: string): void {
    const resting = this.#idle.remove(connection);
    if (this.#acceptance === null) return;
    const now = this.#now();
    this.#acceptance.closed(connection);
    this.#workers?.closed(connection, now);
    this.#fidelity?.closed(connection, resting, reason === UNANSWERED, now);
  }

  closeIdle(reason: string): void {
    this.#idle.closeAll(reason);
  }

  /** Closes the idle connections and keeps none from now on. */
  windUp(reason: string): void {
    this.#closing = true;
    this.#idle.closeAll(reason);
  }

  /** A response head came, so many milliseconds after the request was sent; `at`: the present moment of clock.ts, if known. */
  succeeded(latencyMs: number, at: number = this.#now(), reused = false): void {
    this.ledger.observe(this.index, latencyMs * 1000, at);
    this.health.succeeded();
    // On a new connection it may be the time that the backlog took.
    if (reused) this.#workers?.answered(latencyMs);
  }

  /** A failure that the error table counts against the endpoint. */
  failed(kind: ErrorKind): void {
    this.health.failed(kind);
    this.watcher?.failed(kind);
  }

  /** Another process answers from now on, at `port` if the endpoint has one: what is known of the one before is forgotten. */
  renew(port: number): void {
    this.#idle.closeAll('the application was restarted');
    this.health.forget();
    this.#fidelity?.forget();
    this.#workers?.forget();
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
    this.#set(DRAINING, draining);
    if (draining) this.#idle.closeAll('endpoint is draining');
  }

  /** Whether an operator took it out. */
  get disabled(): boolean {
    return (this.ledger.state(this.index) & DISABLED) !== 0;
  }

  set disabled(disabled: boolean) {
    this.#set(DISABLED, disabled);
    if (disabled) this.#idle.closeAll('endpoint is disabled');
  }

  /** Whether no process answers there at present, as far as who starts it knows. */
  get absent(): boolean {
    return (this.ledger.state(this.index) & ABSENT) !== 0;
  }

  set absent(absent: boolean) {
    this.#set(ABSENT, absent);
    if (absent) this.#idle.closeAll('the application is not running');
  }

  /** Whether its process or its address is about to go: it finishes what it has and takes nothing new. */
  get leaving(): boolean {
    return (this.ledger.state(this.index) & LEAVING) !== 0;
  }

  set leaving(leaving: boolean) {
    this.#set(LEAVING, leaving);
    if (leaving) this.#idle.closeAll('endpoint is about to go');
  }

  /**
   * Keeps a connection that occupies a worker, unless a request of ours may be waiting for just that in the application's
   * backlog. With a limit of connections that is so only if the limit is above the number of workers: each new connection
   * proves itself soon, and until then the others are used again.
   */
  #keepWorker(connection: Connection, acceptance: Acceptance): void {
    const now = this.#now();
    const patience = this.#patience();
    this.#workers?.moved(now);
    this.#fidelity?.rests(connection, now);
    if (!acceptance.waits) this.#idle.add(connection, undefined);
    else if (patience !== 0 && !acceptance.waitsSince(now - patience)) {
      this.#idle.add(connection, undefined, patience);
    } else {
      this.#workers?.crowded(acceptance.accepted, now);
      connection.close('its worker is needed for a request that waits');
    }
  }

  /** How long a connection may take to prove itself before it is taken to wait for a worker, in milliseconds. */
  #patience(): number {
    if (this.#workers === null) return SOON_ACCEPTED;
    return this.#workers.known ? this.#workers.trialTime : 0;
  }

  #mayReuse(repeatable: boolean): boolean {
    return repeatable || this.#fidelity === null || this.#fidelity.trusted(this.#now());
  }

  get #out(): boolean {
    return (this.ledger.state(this.index) & OUT) !== 0;
  }

  #set(bit: number, on: boolean): void {
    if (on) this.ledger.setState(this.index, bit);
    else this.ledger.clearState(this.index, bit);
    this.#changed();
  }
}

function applicationOf(backend: BackendConfig, config: PoolConfig): Application {
  const { mount, variables, symlinks } = config;
  return {
    docroot: backend.docroot,
    mount,
    variables,
    // What a program has in its environment, other users of the machine may be able to read.
    authorization:
      config.authorization === 'auto' ? backend.scheme !== 'cgi' : config.authorization === 'yes',
    symlinks,
    multiplex: backend.multiplex,
  };
}

function authorityOf(backend: Pick<BackendConfig, 'host' | 'port' | 'path'>): string {
  if (backend.path !== '' || backend.host === '') return 'localhost';
  return backend.host.includes(':') ? `[${backend.host}]:${backend.port}` : `${backend.host}:${backend.port}`;
}
