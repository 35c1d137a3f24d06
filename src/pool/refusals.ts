import { formatDuration } from '../config/format-duration.ts';
import { type ErrorKind, GatewayError } from '../errors.ts';

/** The ways in which a pool says no. */
export type RefusalKind = Extract<
  ErrorKind,
  'connection_limit_reached' | 'queue_timeout' | 'no_endpoint' | 'held_too_long' | 'shutting_down'
>;

/**
 * The errors of one pool, each made once: under overload a stack trace for every refusal costs as much as serving a
 * request (17 us), and it would say nothing.
 */
export class Refusals {
  readonly #pool: string;
  readonly #errors: Readonly<Record<RefusalKind, GatewayError>>;

  constructor(pool: string, queue: { readonly length: number; readonly timeout: number }) {
    const error = (kind: RefusalKind, message: string) => new GatewayError(kind, `pool ${pool}: ${message}`);
    this.#pool = pool;
    this.#errors = {
      connection_limit_reached: error('connection_limit_reached', full(queue.length)),
      queue_timeout: error(
        'queue_timeout',
        `no endpoint had a free slot within ${formatDuration(queue.timeout)}`,
      ),
      no_endpoint: error('no_endpoint', NOBODY),
      held_too_long: error(
        'held_too_long',
        `requests are held, and none was let go within ${formatDuration(queue.timeout)}`,
      ),
      shutting_down: error('shutting_down', 'shutting down, no new requests are taken'),
    };
  }

  /** A refusal in words of its own. */
  explained(kind: RefusalKind, words: string): GatewayError {
    return new GatewayError(kind, `pool ${this.#pool}: ${words}`);
  }

  of(kind: RefusalKind): GatewayError {
    return this.#errors[kind];
  }
}

const NOBODY = 'every endpoint is disabled or draining';

function full(length: number): string {
  return length === 0
    ? 'no endpoint has a free slot, and the queue is off'
    : `no endpoint has a free slot, and ${length} requests wait already, as many as the queue takes`;
}
