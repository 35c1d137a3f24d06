import type { BufferConfig, PoolConfig } from '../config/config.ts';
import type { Protocol } from '../protocol.ts';

/** What a pool does so that a slow client does not hold a backend. */
export interface Buffering {
  /** Whether the length of a request body has to be known before the request is sent. */
  readonly needsLength: boolean;
  /** Bytes of a request body that are taken in before a lease is asked for; 0: none. */
  readonly takeIn: number;
  /** Bytes of an answer that are read ahead of the client; 0: none. */
  readonly readAhead: number;
}

/** What a pool does by its configuration; `auto` means: if its requests in flight have a limit. */
export function bufferingOf(config: PoolConfig, protocolOf: (scheme: string) => Protocol): Buffering {
  const { backends, balance, maxConns, poolMaxConns } = config;
  const limits = [poolMaxConns, ...backends.map(backend => backend.maxConns ?? maxConns)];
  const limited = balance.kind === 'fair' || limits.some(limit => limit !== Infinity);
  return {
    needsLength: backends.some(({ scheme }) => protocolOf(scheme).needsLength),
    takeIn: sizeOf(config.requestBuffer, limited),
    readAhead: sizeOf(config.responseBuffer, limited),
  };
}

function sizeOf({ mode, size }: BufferConfig, limited: boolean): number {
  return mode === 'on' || (mode === 'auto' && limited) ? size : 0;
}
