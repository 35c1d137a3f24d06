/** A listener as a status command shows it. */
export interface ListenerStatus {
  readonly address: string;
  /** Connections that are open, whether requests can come on them yet or not. */
  readonly connections: number;
  /** Connections that were turned away, for there were too many. */
  readonly turnedAway: number;
  /** Null: it speaks no TLS. */
  readonly tls: ListenerTlsStatus | null;
}

/** What a listener speaks TLS with, and how that goes. */
export interface ListenerTlsStatus {
  /** In the order of the configuration. */
  readonly certificates: readonly {
    readonly file: string;
    /** Hosts that it is for. */
    readonly names: readonly string[];
    /** When it ends, in ISO 8601. */
    readonly notAfter: string;
  }[];
  /** Connections that are in their handshake, or wait for it. */
  readonly handshakes: number;
  /** Handshakes that came to nothing. */
  readonly failed: number;
}
