import type { Log } from '../log/log.ts';
import type { LookupFailure } from './lookup-failure.ts';
import { keyOf, type ResolvedPlace } from './question.ts';

/** No more places than this are named in a line of the log. */
const MOST_NAMED = 10;

/** What the log says of one name: each change once, and of a series of failures each cause once. */
export class NameLog {
  readonly #log: Log;
  readonly #name: string;
  #remark = '';
  /** Kinds of failures that were told since it last resolved. */
  readonly #causes = new Set<string>();

  constructor(log: Log, name: string) {
    this.#log = log;
    this.#name = name;
  }

  /** It stands for other places than before. */
  changed(
    before: readonly ResolvedPlace[] | undefined,
    after: readonly ResolvedPlace[],
    source: string,
  ): void {
    const message = before === undefined ? 'a name resolves' : 'a name resolves to other addresses';
    const joined = without(after, before ?? []);
    const left = without(before ?? [], after);
    const facts = { name: this.#name, addresses: after.length, source };
    this.#log.info(message, {
      ...facts,
      ...(joined.length > 0 ? { joined: listed(joined) } : {}),
      ...(left.length > 0 ? { left: listed(left) } : {}),
    });
  }

  /** A lookup failed. */
  failing(places: readonly ResolvedPlace[], { kind, message }: LookupFailure, stale: number): void {
    const first = this.#causes.size === 0;
    if (this.#causes.has(kind)) return;
    this.#causes.add(kind);
    const facts = { name: this.#name, reason: message };
    if (!first) this.#log.warn('a name still does not resolve, for another reason', facts);
    else if (places.length === 0) this.#log.warn('a name does not resolve', facts);
    else
      this.#log.warn('a name does not resolve any more, its last addresses are used', {
        ...facts,
        addresses: places.length,
        ...(Number.isFinite(stale) ? { forSeconds: Math.round(stale / 1000) } : {}),
      });
  }

  /** It went well after so many that did not. */
  recovered(failures: number): void {
    this.#causes.clear();
    this.#log.info('a name resolves again', { name: this.#name, failures });
  }

  /** Nothing is believed of it any more. */
  expired(left: readonly ResolvedPlace[], reason: string): void {
    this.#log.error('a name has not resolved for too long, its last addresses are given up', {
      name: this.#name,
      reason,
      left: listed(left.map(keyOf)),
    });
  }

  /** What was odd about an answer, each oddity once. */
  remark(remark: string): void {
    if (remark === '' || remark === this.#remark) return;
    this.#remark = remark;
    this.#log.warn('the answer for a name is used in part', { name: this.#name, reason: remark });
  }
}

function without(places: readonly ResolvedPlace[], others: readonly ResolvedPlace[]): string[] {
  const keys = new Set(others.map(keyOf));
  return places.map(keyOf).filter(key => !keys.has(key));
}

function listed(keys: readonly string[]): string {
  const more = keys.length - MOST_NAMED;
  const named = keys.slice(0, MOST_NAMED).join(', ');
  return more > 0 ? `${named} and ${more} more` : named;
}
