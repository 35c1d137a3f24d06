/** One try of an exchange at one endpoint, for the access log. */
export interface AttemptRecord {
  /** The endpoint's name. */
  readonly endpoint: string;
  /** Why it failed: an error's kind, or a status that was retried; empty: it did not. */
  readonly reason: string;
}

/** What the access line says of an exchange. Times are milliseconds of clock.ts; 0: that moment never came. */
export interface AccessRecord {
  readonly id: string;
  /** The client's address, or the one that a trusted proxy named. */
  readonly client: string;
  readonly method: string;
  readonly target: string;
  readonly host: string;
  /** `1.0` or `1.1`. */
  readonly version: string;
  /** The status sent; 499: the client left before there was one. */
  readonly status: number;
  /** Body bytes read from the client, and written to it. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly attempts: readonly AttemptRecord[];
  /** The name of its route; empty: none of the configuration has matched. */
  readonly routeName: string;
  /** The pool that it came to last; empty: to none. */
  readonly poolName: string;
  /** An error's kind; empty: all went well. */
  readonly reason: string;
  /** The words that explain the reason, for the operator; may be empty. */
  readonly detail: string;
  /** Milliseconds spent waiting for leases, over all attempts. */
  readonly queueTime: number;
  /** When the head had been read; when the last lease was granted and its connection stood; first byte; end. */
  readonly startedAt: number;
  readonly grantedAt: number;
  readonly connectedAt: number;
  readonly firstByteAt: number;
  readonly endedAt: number;
  readonly userAgent: string;
  readonly referer: string;
}

/** Facts beside a message: a flat object of strings, numbers and booleans. */
export type Facts = Readonly<Record<string, string | number | boolean | undefined>>;

/** Where the gateway says what happens. Never blocks and never throws. */
export interface Log {
  /** Whether `access` does anything, so that the data path need not gather what nobody reads. */
  readonly accessEnabled: boolean;
  access(record: AccessRecord): void;
  debug(message: string, facts?: Facts): void;
  info(message: string, facts?: Facts): void;
  warn(message: string, facts?: Facts): void;
  error(message: string, facts?: Facts): void;
  /** Writes out what is buffered; resolves when it is out or cannot be written. */
  flush(): Promise<void>;
}
