import type { Fields } from '../../src/fields.ts';
import type {
  BackendRequest,
  ByteSink,
  Codec,
  Connection,
  ConnectionOwner,
  Destination,
  Protocol,
  ResponseSink,
} from '../../src/protocol.ts';
import { StreamConnection } from '../../src/transport/connection.ts';
import { ResponseDecoder } from './decode.ts';
import { encodeData, encodeEnd, encodeHead } from './encode.ts';

/** HTTP/1.1 with keep-alive, trailers and upgrades (RFC 9112). */
class HttpCodec implements Codec {
  private readonly authority: string;
  private readonly decoder = new ResponseDecoder();
  private chunked = false;

  constructor(authority: string) {
    this.authority = authority;
  }

  get reusable(): boolean {
    return this.decoder.keepAlive;
  }

  get keepAliveFor(): number | undefined {
    return this.decoder.keepAliveFor;
  }

  get upgraded(): boolean {
    return this.decoder.upgraded;
  }

  begin(request: BackendRequest, out: ByteSink): void {
    this.chunked = request.hasBody && request.bodyLength === undefined;
    this.decoder.begin(request.method, request.upgrade !== undefined);
    out.write(encodeHead(request, this.authority));
  }

  data(chunk: Buffer, out: ByteSink): void {
    encodeData(chunk, this.chunked && !this.decoder.upgraded, out);
  }

  finish(trailers: Fields, out: ByteSink): void {
    encodeEnd(trailers, this.chunked, out);
  }

  receive(chunk: Buffer, sink: ResponseSink): void {
    this.decoder.receive(chunk, sink);
  }

  eof(sink: ResponseSink): void {
    this.decoder.eof(sink);
  }
}

/** HTTP/1.1 over TCP or a unix socket. */
export const http: Protocol = {
  name: 'http',
  schemes: ['http', 'http+unix', 'https'],
  alpn: 'http/1.1',
  needsLength: false,
  pinsWorker: false,
  connect(destination: Destination, owner: ConnectionOwner): Connection {
    const authority = destination.path === '' ? destination.authority : 'localhost';
    return new StreamConnection(destination, new HttpCodec(authority), owner);
  },
};
