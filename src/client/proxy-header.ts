import type { ConnectionEnds } from '../protocol.ts';
import { HEADER_V1_BYTES, missingV1, readV1 } from './proxy-header-v1.ts';
import { HEADER_V2_START, lengthV2, readV2, SIGNATURE_V2 } from './proxy-header-v2.ts';

/** What a PROXY header says of the connection that is passed on. */
export interface ProxyHeader {
  /**
   * `addresses`: `ends` are the client's and those at which it reached the proxy. `unix`: the client came by a unix socket.
   * `unknown`: the proxy does not say who it is. `local`: there is no client, the connection is the proxy's own.
   */
  readonly kind: 'addresses' | 'unix' | 'unknown' | 'local';
  readonly ends: ConnectionEnds;
  /** Whether the proxy says that the client came to it by TLS, which version 1 cannot say. */
  readonly secure: boolean;
}

/** Why bytes are no PROXY header. */
export interface HeaderFault {
  /** What of the header is wrong; empty: there is none. */
  readonly detail: string;
}

const NO_HEADER: HeaderFault = { detail: '' };

const PREFIX_V1 = Buffer.from('PROXY ', 'latin1');

/** No header of either version is shorter. */
const SHORTEST = 15;

/**
 * Reads the header of the PROXY protocol, version 1 or 2, that stands before everything else on a connection. It never
 * asks for a byte that could be one of what follows the header. Nothing is thrown: either `header` is there at last, or
 * `fault` says what is wrong.
 */
export class ProxyHeaderParser {
  header: ProxyHeader | null = null;
  fault: HeaderFault | null = null;
  #bytes = Buffer.allocUnsafe(HEADER_V1_BYTES);
  #length = 0;
  #wanted = SHORTEST;

  /** Whether a byte of it has come. */
  get started(): boolean {
    return this.#length > 0;
  }

  /** Where the next bytes belong, and how many there may be: none when the header is complete or has a fault. */
  get room(): Buffer {
    return this.#bytes.subarray(this.#length, this.#length + this.#wanted);
  }

  /** So many bytes were put into `room`. */
  filled(count: number): void {
    this.#length += count;
    this.#wanted -= count;
    const outcome = this.#judge(this.#bytes.subarray(0, this.#length));
    if (typeof outcome === 'number') return;
    this.#wanted = 0;
    if ('detail' in outcome) this.fault = outcome;
    else this.header = outcome;
  }

  /** The header if it is complete, a fault if it is none, or a number while more is to come. */
  #judge(bytes: Buffer): ProxyHeader | HeaderFault | number {
    if (startsLike(bytes, PREFIX_V1)) return this.#judgeV1(bytes.toString('latin1'));
    if (startsLike(bytes, SIGNATURE_V2)) return this.#judgeV2(bytes);
    return NO_HEADER;
  }

  #judgeV1(text: string): ProxyHeader | HeaderFault | number {
    // One that ends before all is there that was waited for has a fault, which nobody should wait for.
    if (text.includes('\r\n')) return readV1(text.slice(0, text.indexOf('\r\n')));
    if (this.#wanted > 0) return this.#wanted;
    const missing = missingV1(text);
    if (typeof missing === 'number') this.#wanted = missing;
    return missing;
  }

  #judgeV2(bytes: Buffer): ProxyHeader | HeaderFault | number {
    if (this.#wanted > 0) return this.#wanted;
    if (bytes.length < HEADER_V2_START) {
      this.#wanted = HEADER_V2_START - bytes.length;
      return this.#wanted;
    }
    const length = lengthV2(bytes);
    if (typeof length !== 'number') return length;
    if (length === bytes.length) return readV2(bytes);
    this.#wanted = length - bytes.length;
    if (length > this.#bytes.length) this.#bytes = Buffer.concat([bytes], length);
    return this.#wanted;
  }
}

/** Whether bytes, as far as they go, are those of a pattern. */
function startsLike(bytes: Buffer, pattern: Buffer): boolean {
  const length = Math.min(bytes.length, pattern.length);
  return bytes.compare(pattern, 0, length, 0, length) === 0;
}
