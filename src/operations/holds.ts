import { now } from '../clock.ts';
import { formatDuration } from '../config/duration.ts';
import { type HoldOrder, OrderError, type Remainder, type Resumed, type ResumeOrder } from '../control.ts';
import type { Facts, Log } from '../log/log.ts';
import type { Route } from '../router/route.ts';
import type { PoolsByName } from './find.ts';
import { HoldFiles } from './hold-files.ts';
import { findTarget, type HoldTarget, poolTarget, routeTarget, wordsOf } from './hold-target.ts';
import { quiet } from './quiet.ts';

/** By which requests are held in front of pools and routes, by orders and by files, and let go again. */
export class Holds {
  readonly #pools: () => PoolsByName;
  readonly #routes: () => readonly Route[];
  readonly #log: Log;
  readonly #files: HoldFiles;
  /** When holds have ended by themselves, by what was held: until that is resumed or held again. */
  readonly #lapses = new Map<string, number>();
  #draining = false;

  constructor(pools: () => PoolsByName, routes: () => readonly Route[], log: Log) {
    this.#pools = pools;
    this.#routes = routes;
    this.#log = log;
    this.#files = new HoldFiles(() => [...pools().values()], log);
  }

  /** Goes by the hold files of the pools that there are now; those whose file exists are held when this returns. */
  follow(): void {
    now();
    this.#files.follow();
    const names = new Set(this.#all.map(({ name }) => name));
    for (const name of this.#lapses.keys()) if (!names.has(name)) this.#lapses.delete(name);
    for (const { gate } of this.#all) gate.follow();
  }

  /** The gateway takes nothing new: who waits and who comes to what is held is refused, and nothing can be held any more. */
  drain(): void {
    this.#draining = true;
    for (const { gate } of this.#all) gate.drain();
  }

  /** Leaves no timer and no watch behind. */
  stop(): void {
    this.#files.stop();
    for (const { gate } of this.#all) gate.close();
  }

  /** As Control.hold. */
  hold(order: HoldOrder): { held: readonly string[]; warnings: readonly string[] } {
    now();
    checkHold(order);
    if (this.#draining)
      throw new OrderError('refused', 'the gateway shuts down: nothing can be held any more');
    const targets = order.target === undefined ? this.#allPools : [this.#find(order.target)];
    for (const target of targets) this.#hold(target, order);
    return {
      held: targets.map(({ name }) => name),
      warnings: targets.flatMap(each => warningsOf(each, order)),
    };
  }

  /** As Control.quiet. */
  async quiet(name: string | undefined, limit: number, signal: AbortSignal): Promise<Remainder> {
    return quiet(name === undefined ? this.#allPools : [this.#find(name)], limit, signal);
  }

  /** As Control.resume. All or nothing: what a file holds is not for an order to let go. */
  resume({ target, pace = Infinity }: ResumeOrder): Resumed {
    now();
    if (!(pace > 0))
      throw new OrderError('invalid', `a pace is a number of requests a second above 0; got ${pace}`);
    const shut = (target === undefined ? this.#all : [this.#find(target)]).filter(({ gate }) => gate.shut);
    if (target !== undefined && shut.length === 0) {
      throw new OrderError(
        'refused',
        `${wordsOf(this.#find(target))} is not held${this.#lapseWords(target)}`,
      );
    }
    for (const each of shut) refuseFile(each, target !== undefined);
    const going = new Set(shut.filter(({ gate }) => !gate.held).map(({ name }) => name));
    let waiting = 0;
    for (const each of shut) waiting += this.#resume(each, pace);
    const lapsed = [...this.#lapses.keys()].filter(name => shut.length === 0 || going.has(name));
    for (const name of [...lapsed, ...shut.map(each => each.name)]) this.#lapses.delete(name);
    return { resumed: shut.map(({ name }) => name), waiting, ...(lapsed.length === 0 ? {} : { lapsed }) };
  }

  /** Whether its hold has ended by itself, and when; it is told once. */
  #lapseWords(name: string): string {
    const at = this.#lapses.get(name);
    this.#lapses.delete(name);
    if (at === undefined) return '';
    return `: its hold ended by itself ${formatDuration(Math.round((now() - at) / 1000) * 1000 || 1000)} ago`;
  }

  #hold(target: HoldTarget, { for: duration = Infinity, then = 'resume', bypass = [] }: HoldOrder): void {
    const facts = factsOf(target);
    this.#lapses.delete(target.name);
    target.gate.hold({ for: duration, then, bypass, ended: () => this.#ended(target, then) });
    const limits = duration === Infinity ? {} : { for: formatDuration(duration), then };
    this.#log.info('requests are held', { ...facts, ...limits });
  }

  #resume(target: HoldTarget, pace: number): number {
    const waiting = waitingAt(target);
    target.gate.resume(pace);
    const limits = pace === Infinity ? {} : { pace: `${pace}/s` };
    this.#log.info('requests go on', { ...factsOf(target), waiting, ...limits });
    return waiting;
  }

  #ended(target: HoldTarget, then: 'resume' | 'fail'): void {
    const facts = { ...factsOf(target), waiting: waitingAt(target) };
    if (!target.gate.held) this.#lapses.set(target.name, now());
    if (then === 'fail')
      this.#log.warn('a hold has lasted its time: requests get 503 until they are resumed', facts);
    else if (target.gate.held)
      this.#log.warn('a hold has lasted its time: requests are held on by a file', {
        ...facts,
        file: target.gate.file,
      });
    else this.#log.warn('a hold has lasted its time: requests go on', facts);
  }

  get #allPools(): HoldTarget[] {
    return [...this.#pools().values()].map(poolTarget);
  }

  get #all(): HoldTarget[] {
    return [...this.#allPools, ...this.#routes().map(routeTarget)];
  }

  #find(name: string): HoldTarget {
    return findTarget(this.#pools(), this.#routes(), name);
  }
}

function checkHold({ for: duration, then, bypass = [] }: HoldOrder): void {
  if (duration !== undefined && !(duration > 0)) {
    throw new OrderError('invalid', `a hold lasts for more than 0 ms; got ${duration}`);
  }
  if (then === 'fail' && duration === undefined) {
    throw new OrderError('invalid', 'what a hold ends with means nothing without its end: say for how long');
  }
  const wrong = bypass.find(path => !path.startsWith('/'));
  if (wrong !== undefined) {
    throw new OrderError('invalid', `a path to bypass begins with a slash; got ${JSON.stringify(wrong)}`);
  }
}

/** What an operator may not expect. */
function warningsOf(target: HoldTarget, { for: duration = Infinity }: HoldOrder): string[] {
  const { timeout } = target.pool.config.queue;
  if (duration <= timeout) return [];
  const lasts = duration === Infinity ? 'until it is ended' : `for ${formatDuration(duration)}`;
  const most = formatDuration(timeout);
  return [
    `${wordsOf(target)} is held ${lasts}, but a request waits for ${most} at most (queue-timeout), then it gets 503`,
  ];
}

function refuseFile(target: HoldTarget, named: boolean): void {
  const { file } = target.gate;
  if (file === '') return;
  const remedy = named ? 'remove it' : 'remove it, or name what else is to be resumed';
  throw new OrderError(
    'refused',
    `${wordsOf(target)} is held for as long as the file ${file} exists: ${remedy}`,
  );
}

/** Those who wait at a gate, and behind that of a pool those who wait for a slot. */
function waitingAt({ gate, pool, route }: HoldTarget): number {
  return route === undefined ? gate.waiting + pool.queued : gate.waiting;
}

function factsOf({ name, route }: HoldTarget): Facts {
  return route === undefined ? { pool: name } : { route: name };
}
