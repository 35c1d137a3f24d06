import type { TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { BackendConfig, PoolConfig } from '../../../src/config/config.ts';
import type { GatewayError } from '../../../src/errors.ts';
import type { Claim, Place } from '../../../src/pool/claim.ts';
import type { Endpoint } from '../../../src/pool/endpoint.ts';
import type { Lease } from '../../../src/pool/lease.ts';
import { Pool } from '../../../src/pool/pool.ts';
import type { Connection, ConnectionOwner, Destination, Protocol } from '../../../src/protocol.ts';
import { MemoryLog } from '../../support/memory-log.ts';

/** A connection that carries nothing and remembers why it was closed; closing tells the owner, as a real one does. */
export class FakeConnection implements Connection {
  readonly reused = false;
  readonly sent = false;
  closedFor: string | undefined;
  readonly owner: ConnectionOwner;

  constructor(owner: ConnectionOwner) {
    this.owner = owner;
  }

  send(): void {}
  write(): boolean {
    return true;
  }
  finish(): void {}
  pause(): void {}
  resume(): void {}

  close(reason: string): void {
    this.closedFor = reason;
    this.owner.closed(this, reason);
  }
}

/** A protocol whose connections are fakes; it counts them. */
export class FakeProtocol implements Protocol {
  readonly name = 'fake';
  readonly schemes = ['fake'];
  readonly needsLength = false;
  pinsWorker = false;
  connects = 0;

  connect(_destination: Destination, owner: ConnectionOwner): Connection {
    this.connects++;
    return new FakeConnection(owner);
  }
}

/** A claim that notes its fate. */
export class FakeClaim implements Claim {
  readonly name: string;
  readonly priority: number;
  tried: readonly Endpoint[] = [];
  place: Place | null = null;
  key = '';
  home = '';
  lease: Lease | undefined;
  error: GatewayError | undefined;
  /** Called at the grant. */
  onGranted: (lease: Lease) => void = () => {};

  constructor(name = 'claim', priority = 0) {
    this.name = name;
    this.priority = priority;
  }

  /** The name of the endpoint that it got. */
  get at(): string | undefined {
    return this.lease?.endpoint.name;
  }

  hashKey(): string {
    return this.key;
  }

  granted(lease: Lease): void {
    this.lease = lease;
    this.onGranted(lease);
  }

  refused(error: GatewayError): void {
    this.error = error;
  }
}

/** A clock that moves only when told; setTimeout goes by it. */
export class FakeClock {
  // Far enough from 0 that a moment mistaken for a duration shows.
  #now = 1_000_000;
  readonly #context: TestContext;

  constructor(context: TestContext) {
    this.#context = context;
    // A test may make a second clock; the first one stands still from then on.
    context.mock.timers.reset();
    context.mock.timers.enable({ apis: ['setTimeout'] });
  }

  /** How often it was read. */
  reads = 0;

  now = (): number => {
    this.reads++;
    return this.#now;
  };

  /** Lets time pass as it does while the process stands still: all that is due comes at once. */
  jump(ms: number): void {
    this.#now += ms;
    this.#context.mock.timers.tick(ms);
  }

  /** Lets time pass, a millisecond at a time, and the queue be served. */
  async pass(ms: number): Promise<void> {
    for (let i = 0; i < ms; i++) {
      this.#now++;
      this.#context.mock.timers.tick(1);
    }
    await settled();
  }
}

/** What the queue does after a release, it has done now. */
export function settled(): Promise<void> {
  return setImmediate();
}

/** Numbers in 0 <= x < 1 that are the same in every run (a 32-bit Weyl sequence, scrambled). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let x = state;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
  };
}

/** What a test says of its pool. */
export type Setting = Partial<Omit<PoolConfig, 'backends' | 'health'>> & {
  readonly health?: Partial<PoolConfig['health']>;
  /** One backend each: `a`, `b` .. by name, or with settings of its own. */
  readonly backends?: readonly (string | Partial<BackendConfig>)[];
};

export function poolConfig(setting: Setting = {}): PoolConfig {
  return {
    name: 'p',
    balance: { kind: 'first' },
    maxConns: Infinity,
    poolMaxConns: Infinity,
    queue: { length: 100, timeout: 1000 },
    timeouts: { connect: 1, response: 2, idle: 3, tunnel: 4, total: 0 },
    retry: { attempts: 2, budget: 0.2, on: ['connect', 'reused'] },
    keepalive: { connections: 3, timeout: 30_000 },
    site: undefined,
    mount: '',
    variables: [],
    authorization: 'auto',
    symlinks: 'yes',
    requestBuffer: { mode: 'off', size: 0 },
    responseBuffer: { mode: 'off', size: 0 },
    sendfileRoot: '',
    spawn: undefined,
    check: undefined,
    breaker: undefined,
    hold: { file: '', bypass: [] },
    fallback: '',
    sticky: undefined,
    directs: { accelRoutes: [], rewritePools: [], reproxyPools: [] },
    ...setting,
    health: { maxFails: 1, failTimeout: 2000, allDown: 'last-resort', slowStart: 0, ...setting.health },
    backends: (setting.backends ?? ['a', 'b']).map(backend),
  };
}

function backend(setting: string | Partial<BackendConfig>): BackendConfig {
  const given = typeof setting === 'string' ? { name: setting } : setting;
  const name = given.name ?? 'a';
  return {
    url: `fake://${name}`,
    scheme: 'fake',
    host: name,
    port: 80,
    path: '',
    name,
    weight: 1,
    maxConns: undefined,
    backup: false,
    docroot: '',
    multiplex: 1,
    expand: 'no',
    family: 0,
    tls: undefined,
    sendProxy: 0,
    ...given,
  };
}

/** A pool on a clock that stands still, with everything that a test looks at. */
export class Fixture {
  readonly clock: FakeClock;
  readonly log = new MemoryLog();
  readonly protocol: FakeProtocol;
  readonly pool: Pool;

  constructor(
    context: TestContext,
    setting: Setting = {},
    random = seeded(1),
    protocol: FakeProtocol = new FakeProtocol(),
  ) {
    this.protocol = protocol;
    this.clock = new FakeClock(context);
    const sources = { now: this.clock.now, random };
    this.pool = new Pool(poolConfig(setting), () => this.protocol, this.log, undefined, sources);
  }

  endpoint(name: string): Endpoint {
    const found = this.pool.endpoints.find(endpoint => endpoint.name === name);
    if (!found) throw new Error(`no endpoint ${name}`);
    return found;
  }

  /** A claim that has asked for a lease. */
  claim(name = 'claim', priority = 0, ...tried: string[]): FakeClaim {
    const claim = new FakeClaim(name, priority);
    claim.tried = tried.map(each => this.endpoint(each));
    this.pool.acquire(claim);
    return claim;
  }

  /** The names of the endpoints that so many claims get, one after the other, each released at once. */
  served(count: number): string {
    return Array.from({ length: count }, () => {
      const claim = this.claim();
      claim.lease?.release();
      return claim.at ?? claim.error?.kind ?? 'waits';
    }).join(' ');
  }
}
