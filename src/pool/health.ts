import type { PoolConfig } from '../config/config.ts';
import type { ErrorKind } from '../errors.ts';
import type { Log } from '../log/log.ts';
import { DISABLED, DOWN, DRAINING, EJECTED, type Ledger, PROBING } from './ledger.ts';
import type { Standing } from './standing.ts';
import type { CheckStatus } from './status.ts';
import type { Traffic } from './traffic.ts';
import { EJECTIONS, RESTORATIONS } from './traffic-cells.ts';

/** The longest rest that doubling leads to, in milliseconds; a longer fail time-out stands as configured. */
const LONGEST_REST = 60_000;

/** Of what happened so many characters are told: a backend may have a part in them. */
const MOST_WORDS = 400;

/** The words by which log lines name an endpoint. */
export interface EndpointWords {
  readonly pool: string;
  readonly endpoint: string;
}

/** Of whom the health is: where it is written down. */
export interface Patient {
  readonly ledger: Ledger;
  /** Its row. */
  readonly index: number;
  readonly standing: Standing;
  readonly traffic: Traffic;
}

/** Who checks an endpoint actively. */
export interface Examiner {
  /** It is ejected until that moment, and a check that passes then brings it back. */
  rests(until: number): void;
  /** What answers at the address now is another process. */
  renewed(): void;
  /** What its last check came to; null: there was none. */
  last(now: number): CheckStatus | null;
}

/**
 * The health of one endpoint, by its traffic and by checks. Failures in a row eject it for a rest, after which one request
 * goes as a probe and its outcome decides; where there are checks, one that passes then decides, and no request has to.
 * The only endpoint of a pool is never ejected, for nothing would be gained, unless another pool stands in. Checks that fail take it down, whoever else is
 * there, and only checks that pass bring it up.
 */
export class Health {
  /** When the rest ends; means something while ejected. */
  restUntil = 0;
  /** Null: it is not checked. */
  examiner: Examiner | null = null;
  readonly #ledger: Ledger;
  readonly #index: number;
  readonly #standing: Standing;
  readonly #traffic: Traffic;
  config: PoolConfig['health'];
  readonly #words: EndpointWords;
  readonly #log: Log;
  readonly #now: () => number;
  readonly #changed: () => void;
  #dispensable = false;
  #runStartedAt = 0;
  #rest = 0;
  #probe = 0;

  constructor(
    { ledger, index, standing, traffic }: Patient,
    config: PoolConfig['health'],
    words: EndpointWords,
    log: Log,
    now: () => number,
    changed: () => void,
  ) {
    this.#ledger = ledger;
    this.#index = index;
    this.#standing = standing;
    this.#traffic = traffic;
    this.config = config;
    this.#words = words;
    this.#log = log;
    this.#now = now;
    this.#changed = changed;
  }

  /** Takes over what the configuration of its pool says. */
  configure({ health, fallback }: PoolConfig): void {
    this.config = health;
    this.#dispensable = fallback !== '';
  }

  /** Whether the rest of an ejected endpoint is over and its single probe may go. */
  due(now: number): boolean {
    return this.resting && this.restUntil <= now && this.examiner === null;
  }

  /** Whether it is ejected and waits for its probe, or for a check that passes. */
  get resting(): boolean {
    return this.#ledger.state(this.#index) === EJECTED;
  }

  /** When it will be due by itself; Infinity: it is, or something else has to happen. */
  nextDue(now: number): number {
    return this.resting && this.restUntil > now && this.examiner === null ? this.restUntil : Infinity;
  }

  /** Whether checks have taken it down. */
  get down(): boolean {
    return (this.#ledger.state(this.#index) & DOWN) !== 0;
  }

  /** A lease of an ejected endpoint was granted: its number if it is the probe, 0 if one is under way. */
  beginProbe(): number {
    if ((this.#ledger.state(this.#index) & (EJECTED | PROBING | DOWN)) !== EJECTED) return 0;
    this.#ledger.setState(this.#index, PROBING);
    return ++this.#probe;
  }

  /** The probe's lease was released; without a verdict the next request is the probe. */
  endProbe(probe: number): void {
    if (probe === this.#probe) this.#ledger.clearState(this.#index, PROBING);
  }

  /** A response head came. Only a probe's ends an ejection: others may be answers on connections from before. */
  succeeded(): void {
    const state = this.#ledger.state(this.#index);
    if ((state & EJECTED) === 0) {
      this.#rest = 0;
      if (this.#ledger.fails(this.#index) !== 0) this.#ledger.setFails(this.#index, 0);
    } else if ((state & PROBING) !== 0) {
      this.#rest = 0;
      this.#restore('its probe succeeded');
    }
  }

  /** A failure that the error table counts against the endpoint; the words say what happened. */
  failed(kind: ErrorKind, words = ''): void {
    const state = this.#ledger.state(this.#index);
    const fails = this.#countFail();
    if ((state & PROBING) !== 0) this.#eject(kind, words, fails);
    else if ((state & EJECTED) === 0 && this.#ejectable(fails)) this.#eject(kind, words, fails);
  }

  /** Forgets all failures: what answers at the address now is another process. */
  forget(): void {
    this.#rest = 0;
    this.#endRest('failures forgotten');
    this.#standing.clear(DOWN, 'failures forgotten');
    this.examiner?.renewed();
  }

  /** Checks have failed: it gets no request from now on but as the last resort. `fails`: how many in a row. */
  fall(why: string, fails: number): void {
    this.#log.warn('endpoint down', { ...this.#words, reason: why, fails });
    this.#traffic.count(EJECTIONS);
    this.#standing.set(DOWN, why);
    this.#changed();
  }

  /** Checks have passed, so many in a row: it is up again, unless its failures keep it at rest. */
  rise(passes: number): void {
    this.#log.info('endpoint up', { ...this.#words, passes });
    this.#traffic.count(RESTORATIONS);
    this.#standing.clear(DOWN, passes === 1 ? 'a check passed' : `${passes} checks passed in a row`);
    if (this.#rested) this.#endRest('a check passed');
    this.#changed();
  }

  /** A check of one that is not down has passed: it ends a rest that is over. */
  checkPassed(): void {
    if ((this.#ledger.state(this.#index) & EJECTED) !== 0 && this.#rested) this.#restore('a check passed');
  }

  /** It is not checked any more: what checks said does not count. */
  unchecked(): void {
    if (!this.down) return;
    this.#standing.clear(DOWN, 'no longer checked');
    this.#changed();
  }

  #ejectable(fails: number): boolean {
    const { maxFails } = this.config;
    return (
      maxFails > 0 &&
      fails >= maxFails &&
      (this.#ledger.members > 1 || this.#dispensable || this.#ledger.dispensable)
    );
  }

  /** Failures in a row; a run that began longer ago than the fail time-out starts anew. */
  #countFail(): number {
    const now = this.#now();
    let fails = this.#ledger.fails(this.#index);
    if (fails === 0 || now - this.#runStartedAt > this.config.failTimeout) {
      this.#runStartedAt = now;
      fails = 0;
    }
    this.#ledger.setFails(this.#index, fails + 1);
    return fails + 1;
  }

  #eject(kind: ErrorKind, words: string, fails: number): void {
    this.#rest = this.#nextRest();
    this.restUntil = this.#now() + this.#rest;
    const detail = words.slice(0, MOST_WORDS);
    const facts = {
      ...this.#words,
      reason: kind,
      ...(detail === '' ? {} : { detail }),
      fails,
      restMs: this.#rest,
    };
    // As a last resort it is probed by request after request: that it still rests is no news, nor is it of one that is down.
    if ((this.#ledger.state(this.#index) & (EJECTED | DOWN)) !== 0)
      this.#log.debug('endpoint still fails', facts);
    else {
      this.#traffic.count(EJECTIONS);
      this.#log.warn('endpoint ejected', facts);
    }
    this.#ledger.clearState(this.#index, PROBING);
    const reason = detail === '' ? kind : `${kind}: ${detail}`;
    this.#standing.set(EJECTED, `${reason}, ${fails === 1 ? '1 failure' : `${fails} failures in a row`}`);
    this.examiner?.rests(this.restUntil);
    this.#changed();
  }

  /**
   * While nothing else is up rests do not grow: an outage of all has one cause, and its end should be seen at once. Where
   * requests go elsewhere meanwhile, each probe that comes when its time has come makes the next rest longer.
   */
  #nextRest(): number {
    const { failTimeout } = this.config;
    if (this.#rest === 0) return failTimeout;
    const patient = this.#ledger.dispensable && this.#rested;
    if (!patient && !this.#ledger.othersUp(this.#index)) return this.#rest;
    return Math.min(this.#rest * 2, Math.max(LONGEST_REST, failTimeout));
  }

  get #rested(): boolean {
    return this.restUntil <= this.#now();
  }

  #restore(why: string): void {
    const state = this.#ledger.state(this.#index);
    this.#endRest(why);
    this.#traffic.count(RESTORATIONS);
    this.#log.info('endpoint restored', { ...this.#words });
    if ((state & (DRAINING | DISABLED)) === 0) this.#changed();
  }

  #endRest(why: string): void {
    this.#ledger.setFails(this.#index, 0);
    this.#ledger.clearState(this.#index, PROBING);
    this.#standing.clear(EJECTED, why);
  }
}
