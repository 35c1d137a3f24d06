import type { ClientConfig, LimitsConfig, ListenConfig } from '../config/config.ts';
import type { Exchange } from '../exchange.ts';
import type { BorderPolicy } from './border.ts';
import type { ClientConnection } from './connection.ts';

/** What a client connection needs of the listener that accepted it. */
export interface Reception {
  /** What it listens on. */
  readonly kind: ListenConfig['kind'];
  readonly limits: LimitsConfig;
  readonly client: ClientConfig;
  readonly border: BorderPolicy;
  /** No further request is read: connections close as they fall idle. */
  readonly draining: boolean;
  /** Carries an exchange to its answer. */
  handle(exchange: Exchange): void;
  /** An exchange has ended; it is logged here, once. */
  ended(exchange: Exchange): void;
  closed(connection: ClientConnection): void;
}
