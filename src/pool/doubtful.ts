import type { ErrorKind } from '../errors.ts';

/** Whether a failure of an endpoint lets doubt that its name still stands for that address: nobody is to be found there, or somebody else. */
export function doubtful(kind: ErrorKind): boolean {
  return kind === 'connection_refused' || kind === 'connection_timeout' || kind === 'tls_certificate_error';
}
