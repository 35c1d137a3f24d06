import { randomBytes } from 'node:crypto';
import { protocols } from '../protocols/index.ts';
import { Answers } from './answers/answers.ts';
import { Doubts } from './client/doubts.ts';
import type { ListenerPolicy } from './client/listener.ts';
import { Listeners } from './client/listeners.ts';
import type { PassedSocket } from './client/passed-socket.ts';
import { LONGEST_DELAY, now, recent } from './clock.ts';
import { Networks } from './config/cidr.ts';
import type { Config, PoolConfig } from './config/config.ts';
import { ConfigError } from './config/config-error.ts';
import { OrderError, type ReloadReport } from './control.ts';
import { CookieKeys } from './cookies/cookie-keys.ts';
import { Dispatch } from './dispatch.ts';
import type { GatewayStatus } from './gateway-status.ts';
import type { Log } from './log/log.ts';
import { changesOf } from './operations/changes.ts';
import { Holds } from './operations/holds.ts';
import { listenRefusal } from './operations/listen-refusal.ts';
import { reloadReport, tellReload } from './operations/reload-report.ts';
import { renewCertificates } from './operations/renew-certificates.ts';
import { Expansions } from './pool/expansions.ts';
import { Pool } from './pool/pool.ts';
import { stick } from './pool/stickiness.ts';
import { Traffic } from './pool/traffic.ts';
import { exchangeTraffic } from './pool/traffic-report.ts';
import { Pools } from './pools.ts';
import type { Protocol } from './protocol.ts';
import { branchOut } from './router/branch-out.ts';
import { Router } from './router/router.ts';
import { SpoolSpace } from './spool/space.ts';
import { planOf } from './supervisor/plan.ts';
import { type Plans, Supervisor } from './supervisor/supervisor.ts';

/** How long applications have to end by themselves when the gateway is to end at once, in milliseconds. */
const SHORT_GRACE = 1_000;

/** What a drain came to: exchanges that finished in time, and those that were cut. */
export interface DrainReport {
  readonly finished: number;
  readonly cut: number;
}

/** Why this user could not start the applications of a configuration as things are; one line for each pool. */
export function applicationFaults({ pools }: Config): string[] {
  return pools.flatMap(({ name, spawn }) => {
    if (spawn === undefined) return [];
    try {
      planOf(name, spawn);
      return [];
    } catch (error) {
      return [(error as Error).message];
    }
  });
}

/** A whole gateway, put together from its configuration: listeners, routes, pools. */
export class Gateway {
  readonly log: Log;
  #config: Config;
  /** Where it takes orders, which no reload changes. */
  readonly #console: Config['admin']['listen'];
  readonly pools: Pools;
  /** The names behind the pools. */
  readonly #expansions: Expansions;
  /** Where exchanges go. */
  readonly #dispatch: Dispatch;
  /** Where clients connect. */
  readonly listeners: Listeners;
  readonly holds: Holds;
  readonly #startedAt = now();
  /** By which it knows its own Via. */
  readonly #pseudonym = `sluice-${randomBytes(6).toString('hex')}`;
  readonly #doubts: Doubts;
  readonly #cookies: CookieKeys;
  /** What is counted of all exchanges. */
  readonly #traffic = new Traffic(recent);
  /** Where bodies lie that are too long for memory. */
  readonly #space: SpoolSpace;
  readonly #supervisor: Supervisor;
  /** Exchanges that were under way when it stopped. */
  #cut: number | undefined;
  #drained: Promise<DrainReport> | undefined;
  #reloaded: Promise<unknown> = Promise.resolve();

  /**
   * Puts it together without touching the network; throws for a scheme that no protocol knows. Listens on sockets that were
   * passed to this process where the configuration means them.
   */
  constructor(config: Config, log: Log, passed: readonly PassedSocket[] = []) {
    this.#config = config;
    this.#console = config.admin.listen;
    this.log = log;
    this.#doubts = new Doubts(log);
    this.#cookies = new CookieKeys(log);
    this.#expansions = new Expansions(config.resolver, log);
    this.pools = new Pools(config.pools, {
      make: pool => this.#makePool(pool),
      changed: pool => this.#expansions.changed(pool),
      finished: pool => this.#finished(pool),
    });
    this.#space = new SpoolSpace(config.spool);
    this.#dispatch = new Dispatch(
      this.pools,
      this.#lead(new Router(config.routes, this.pools.byName, undefined, config), config),
      new Answers(config),
      this.#space,
      this.#traffic,
      log,
    );
    this.#dispatch.mirror(config.routes);
    this.holds = new Holds(
      () => this.pools.byName,
      () => this.#dispatch.router.routes,
      log,
    );
    this.#supervisor = new Supervisor(log);
    this.listeners = new Listeners(config.listen, this.#policy(config, this.#dispatch.answers), log, passed);
  }

  /**
   * Binds every listener and starts the applications of those pools that have one to be started; rejects with ConfigError
   * or with the system's error, and nothing is bound or running then. The names of backends are looked up meanwhile, and waited
   * for a little; that they are not known is no failure. What is to be done before it accepts on sockets that other processes
   * accept on, too, is done by `prepare`.
   */
  async start(prepare?: () => Promise<void>): Promise<void> {
    try {
      const mistakes = [...this.listeners.mistakes, ...this.#dispatch.answers.mistakes];
      if (mistakes.length > 0) throw new ConfigError(mistakes);
      this.#supervisor.follow(this.pools.byName.values(), this.#plan(this.#config));
      const named = this.#expansions.start();
      await this.listeners.bind();
      this.#supervisor.start();
      await named;
      this.pools.start();
      this.holds.follow();
      await prepare?.();
      await this.listeners.open();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** As it was read, without what orders have changed since. */
  get config(): Config {
    return this.#config;
  }

  /** Where it listens, with the ports that were really bound: `http://127.0.0.1:8080`, `unix:/run/sluice.sock`. */
  get addresses(): readonly string[] {
    return this.listeners.addresses;
  }

  /** Takes nothing new, finishes what has begun, and cuts what has not ended after the shutdown time-out, or when it is stopped. */
  drain(): Promise<DrainReport> {
    this.#drained ??= this.#drain();
    return this.#drained;
  }

  /** Puts new processes in the place of those that it has started for a pool, or for all, one of each pool at a time; resolves when that is done. */
  restartApplications(pool?: string): Promise<void> {
    return this.#supervisor.restart(pool);
  }

  /**
   * Goes over to another configuration: what is the same stays as it is with all that is under way, what is gone finishes what
   * it has, and no exchange is lost. Rejects with OrderError or ConfigError, and nothing has changed then.
   */
  reload(config: Config): Promise<ReloadReport> {
    const reloaded = this.#reloaded.then(() => this.#reload(config));
    this.#reloaded = reloaded.catch(() => {});
    return reloaded;
  }

  /** Ends at once, whatever is under way. */
  stop(): Promise<void> {
    return this.#stop(SHORT_GRACE);
  }

  /** Applications get so many milliseconds to end by themselves. */
  async #stop(grace: number): Promise<void> {
    now();
    this.#cut ??= this.#dispatch.underWay;
    this.listeners.stop();
    this.holds.stop();
    this.#expansions.close();
    for (const pool of this.pools.all) pool.close('the gateway stops');
    await this.#supervisor.stop(grace);
  }

  /** A snapshot of pools, endpoints and totals, for people and tests. */
  status(): GatewayStatus {
    const at = now();
    return {
      pid: process.pid,
      uptime: at - this.#startedAt,
      memory: process.memoryUsage.rss(),
      draining: this.#drained !== undefined,
      exchanges: { underWay: this.#dispatch.underWay, total: this.#dispatch.total },
      spool: { used: this.#space.used, max: orNull(this.#space.max) },
      traffic: exchangeTraffic(this.#traffic, at),
      listeners: this.listeners.status(),
      routes: this.#dispatch.router.routes.map(({ name, pool, gate }) => ({
        name,
        pool: pool.name,
        hold: gate.status(),
      })),
      pools: this.pools.all.map(pool => ({ ...pool.status(), changes: this.#changesOf(pool) })),
      names: this.#expansions.status(),
      applications: this.#supervisor.status(),
    };
  }

  /** What may fail comes first; from the new listeners on, nothing does. */
  async #reload(config: Config): Promise<ReloadReport> {
    this.#refuseEnding();
    const plans = this.#plan(config);
    this.#cookies.signerFor(config);
    const answers = new Answers(config);
    if (answers.mistakes.length > 0) throw new ConfigError(answers.mistakes);
    await this.#listen(config, answers);
    // It may have come to its end meanwhile, and the new listeners with it.
    if (this.#cut !== undefined) this.listeners.stop();
    else if (this.#drained !== undefined) void this.listeners.drain();
    this.#refuseEnding();
    const report = reloadReport(this.pools, this.#config, config, this.#console);
    this.#expansions.configure(config.resolver);
    this.#expansions.urge();
    this.pools.follow(config.pools);
    this.#supervisor.follow(this.pools.byName.values(), plans);
    this.#dispatch.answers = answers;
    this.#dispatch.mirror(config.routes);
    this.#route(config);
    this.holds.follow();
    this.#space.follow(config.spool);
    this.#config = config;
    tellReload(report, this.log);
    renewCertificates(this.pools, this.log);
    return report;
  }

  /** What waits at a route that is no more goes on to where it led. */
  #route(config: Config): void {
    const before = this.#dispatch.router.routes;
    const router = new Router(config.routes, this.pools.byName, this.#dispatch.router, config);
    this.#dispatch.router = this.#lead(router, config);
    for (const route of before) if (!this.#dispatch.router.routes.includes(route)) route.gate.release();
  }

  /** Has routes lead to more pools than one, and pools and routes lead clients by cookies. */
  #lead(router: Router, config: Config): Router {
    const signer = this.#cookies.signerFor(config);
    for (const pool of this.pools.all) stick(pool, signer, this.log);
    branchOut(router.all, config.routes, { pools: this.pools.byName, random: Math.random, signer });
    return router;
  }

  async #listen(config: Config, answers: Answers): Promise<void> {
    try {
      await this.listeners.follow(config.listen, this.#policy(config, answers));
    } catch (error) {
      throw listenRefusal(error, this.#config.listen);
    }
  }

  #refuseEnding(): void {
    if (this.#drained === undefined && this.#cut === undefined) return;
    throw new OrderError('refused', 'the gateway is about to end: it takes no new configuration');
  }

  #policy({ limits, client, trustProxy, forwarded }: Config, { general }: Answers): ListenerPolicy {
    return {
      limits,
      client,
      border: {
        pseudonym: this.#pseudonym,
        trusted: new Networks(trustProxy),
        notation: forwarded,
        doubts: this.#doubts,
        pages: general,
      },
      handle: exchange => this.#dispatch.handle(exchange),
      ended: exchange => this.#dispatch.ended(exchange),
    };
  }

  /** What is counted of its exchanges is counted here, too. */
  #makePool(config: PoolConfig): Pool {
    const pool = new Pool(config, protocolOf, this.log);
    pool.exchanges.parent = this.#traffic;
    this.#expansions.add(pool);
    return pool;
  }

  /** What was counted at a pool stays counted when it has gone. */
  #finished(pool: Pool): void {
    this.#expansions.remove(pool);
    this.#supervisor.release(pool);
    pool.exchanges.depart();
  }

  #changesOf(pool: Pool): string[] {
    return changesOf(
      pool,
      this.#config.pools.find(({ name }) => name === pool.name),
    );
  }

  /** How applications are to be started; throws ConfigError. */
  #plan({ pools }: Config): Plans {
    try {
      return this.#supervisor.prepare(pools);
    } catch (error) {
      throw new ConfigError([(error as Error).message]);
    }
  }

  async #drain(): Promise<DrainReport> {
    const before = this.#dispatch.underWay;
    const end = now() + this.#config.shutdownTimeout;
    const emptied = this.listeners.drain();
    this.holds.drain();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise(resolve => {
      timer = setTimeout(resolve, Math.min(this.#config.shutdownTimeout, LONGEST_DELAY));
    });
    await Promise.race([emptied, late]);
    clearTimeout(timer);
    await this.#stop(Math.max(SHORT_GRACE, end - now()));
    const cut = this.#cut ?? 0;
    return { finished: Math.max(0, before - cut), cut };
  }
}

function protocolOf(scheme: string): Protocol {
  const protocol = protocols.find(({ schemes }) => schemes.includes(scheme));
  if (protocol === undefined) throw new Error(`no protocol speaks ${scheme}://`);
  return protocol;
}

/** JSON knows no Infinity. */
function orNull(limit: number): number | null {
  return Number.isFinite(limit) ? limit : null;
}
