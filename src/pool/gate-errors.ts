import { type ErrorKind, GatewayError } from '../errors.ts';

/** The ways in which a gate says no, each made once. */
export class GateErrors {
  /** As many wait as may. */
  readonly full: GatewayError;
  /** One has waited for as long as it may. */
  readonly late: GatewayError;
  /** The hold has lasted for as long as it was meant to. */
  readonly overdue: GatewayError;
  /** The gateway shuts down. */
  readonly stopped: GatewayError;

  /** `name`: what the gate is in front of, such as `pool app`. */
  constructor(name: string) {
    const error = (kind: ErrorKind, words: string) => new GatewayError(kind, `${name}: ${words}`);
    this.full = error('connection_limit_reached', 'requests are held, and as many wait as the queue takes');
    this.late = error('held_too_long', 'requests are held, and none was let go within the queue time-out');
    this.overdue = error(
      'held_too_long',
      'the hold has lasted its time, and requests are refused until it is ended',
    );
    this.stopped = error('shutting_down', 'requests are held, and the gateway shuts down');
  }
}
