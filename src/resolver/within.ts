import { LONGEST_DELAY } from '../clock.ts';
import { LATE, LookupFailure } from './lookup-failure.ts';

/** The outcome of a lookup, or a LookupFailure when it takes longer than so many milliseconds. */
export function within<T>(limit: number, outcome: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new LookupFailure(`no answer within ${limit} ms`, false, LATE));
    const timer = setTimeout(late, Math.min(limit, LONGEST_DELAY));
    timer.unref();
    outcome.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
