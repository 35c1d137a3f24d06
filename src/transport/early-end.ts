/** The peer closed a TLS connection without saying so inside of it: anybody on the way could have cut it (RFC 8446, 6.1). */
export class EarlyEnd extends Error {
  /** Shown in place of a code of the system. */
  readonly code = 'closed without a close_notify alert';

  constructor() {
    super('the connection was closed without a close_notify alert');
  }
}
