import type { ErrorKind } from '../errors.ts';

/** Whether a failure of an endpoint lets doubt that its name still stands for that address: nobody is to be found there. */
export function doubtful(kind: ErrorKind): boolean {
  return kind === 'connection_refused' || kind === 'connection_timeout';
}
