import type { TlsFacts } from '../protocol.ts';
import { RawSocket, type SocketOwner } from '../transport/raw-socket.ts';
import type { ClientStream } from './client-stream.ts';
import type { ProxyHeader } from './proxy-header.ts';

/** A connection that was accepted and is ready for requests: what came before HTTP on it is done. */
export interface Arrival {
  /** What a PROXY header said of it; null: there was none. */
  readonly header: ProxyHeader | null;
  /** Null: it came without TLS. */
  readonly tls: TlsFacts | null;
  /** Its bytes, for who is to own them; to be called once. */
  open(owner: SocketOwner): ClientStream;
}

/** One that speaks HTTP right on its socket, of which the handle is taken. */
export class PlainArrival implements Arrival {
  readonly tls = null;
  readonly header: ProxyHeader | null;
  private readonly handle: unknown;

  constructor(handle: unknown, header: ProxyHeader | null) {
    this.handle = handle;
    this.header = header;
  }

  open(owner: SocketOwner): ClientStream {
    return new RawSocket(owner, this.handle);
  }
}
