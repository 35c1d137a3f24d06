import { metaVariables } from '../../src/cgi/variables.ts';
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
import { RequestDecoder } from './decode.ts';
import { encodeBegin, encodeData, encodeEnd } from './encode.ts';
import { HEADER } from './record.ts';
import { type RecordOwner, RecordReader } from './record-reader.ts';

/** The id of the only request of a connection. */
const ID = 1;

const END_OF_STDIN = encodeEnd(ID);

/** FastCGI 1.0 in the role of a web server that talks to responders, one request at a time. */
export class FastCgiCodec implements Codec, RecordOwner {
  readonly keepAliveFor: number | undefined = undefined;
  readonly upgraded: boolean = false;
  private surplus = false;
  private sink: ResponseSink | null = null;
  private readonly destination: Destination;
  private readonly reader = new RecordReader();
  private readonly decoder = new RequestDecoder();

  constructor(destination: Destination) {
    this.destination = destination;
  }

  get reusable(): boolean {
    return this.decoder.ended && !this.surplus && this.reader.between && this.destination.keepAlive;
  }

  begin(request: BackendRequest, out: ByteSink): void {
    const { application, keepAlive } = this.destination;
    this.surplus = false;
    this.decoder.begin(request.method);
    const head = encodeBegin(ID, keepAlive, metaVariables(request, application));
    out.write(request.hasBody ? head : head + END_OF_STDIN);
  }

  data(chunk: Buffer, out: ByteSink): void {
    encodeData(ID, chunk, out);
  }

  finish(_trailers: Fields, out: ByteSink): void {
    out.write(END_OF_STDIN);
  }

  receive(chunk: Buffer, sink: ResponseSink): void {
    if (chunk.length === 0) return;
    this.sink = sink;
    this.decoder.started = true;
    if (this.decoder.ended || this.reader.receive(chunk, this) < chunk.length) this.surplus = true;
  }

  eof(sink: ResponseSink): void {
    this.surplus = true;
    this.decoder.eof(sink);
  }

  content(chunk: Buffer, start: number, end: number): void {
    const { type, id } = this.reader;
    if (id === ID) this.decoder.content(type, chunk, start, end, this.sink!);
    else this.decoder.ignore(end - start);
  }

  recordEnded(): boolean {
    const { type, id, length } = this.reader;
    if (id === ID) this.decoder.recordEnded(type, length, this.sink!);
    else this.decoder.ignore(HEADER);
    return !this.decoder.ended;
  }
}

/** FastCGI over TCP or a unix socket. */
export const fastcgi: Protocol = {
  name: 'fastcgi',
  schemes: ['fcgi', 'fcgi+unix'],
  needsLength: true,
  pinsWorker: true,
  connect(destination: Destination, owner: ConnectionOwner): Connection {
    return new StreamConnection(destination, new FastCgiCodec(destination), owner);
  },
};
