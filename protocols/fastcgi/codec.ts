import { metaVariables } from '../../src/cgi/variables.ts';
import type { Fields } from '../../src/fields.ts';
import type { BackendRequest, ByteSink, Codec, Destination, ResponseSink } from '../../src/protocol.ts';
import { RequestDecoder } from './decode.ts';
import { encodeBegin, encodeData, encodeEnd } from './encode.ts';
import { HEADER } from './record.ts';
import { type RecordOwner, RecordReader } from './record-reader.ts';

/** The id of the only request of a connection. */
const ONLY = 1;

const END_OF_STDIN = encodeEnd(ONLY);

/** What a request shares a connection by. */
export interface Sharing {
  /** The application takes one request at a time on a connection after all (FCGI_CANT_MPX_CONN). */
  refusedToShare(): void;
}

/** FastCGI 1.0 in the role of a web server that talks to responders, one request at a time. */
export class FastCgiCodec implements Codec, RecordOwner {
  readonly keepAliveFor: number | undefined = undefined;
  readonly upgraded: boolean = false;
  private id = ONLY;
  private endOfStdin = END_OF_STDIN;
  /** Null: the connection is not shared. */
  private sharing: Sharing | null = null;
  /** Whether the application was told to keep the connection. */
  private kept = false;
  private surplus = false;
  private sink: ResponseSink | null = null;
  private readonly destination: Destination;
  private readonly reader = new RecordReader();
  private readonly decoder = new RequestDecoder();

  constructor(destination: Destination) {
    this.destination = destination;
  }

  get reusable(): boolean {
    return this.kept && this.sharing === null && this.decoder.ended && !this.surplus && this.reader.between;
  }

  /** Carries its only request, by that id, over a connection that others share. */
  share(id: number, sharing: Sharing): void {
    this.sharing = sharing;
    this.id = id;
    this.endOfStdin = encodeEnd(id);
  }

  begin(request: BackendRequest, out: ByteSink): void {
    const { application, keepAlive } = this.destination;
    this.kept = keepAlive || this.sharing !== null;
    this.surplus = false;
    this.decoder.begin(request.method);
    const head = encodeBegin(this.id, this.kept, metaVariables(request, application));
    out.write(request.hasBody ? head : head + this.endOfStdin);
  }

  data(chunk: Buffer, out: ByteSink): void {
    encodeData(this.id, chunk, out);
  }

  finish(_trailers: Fields, out: ByteSink): void {
    out.write(this.endOfStdin);
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
    if (id === this.id) this.decoder.content(type, chunk, start, end, this.sink!);
    else this.decoder.ignore(end - start);
  }

  recordEnded(): boolean {
    const { type, id, length } = this.reader;
    // Before the request fails: it may be sent again within that call.
    if (this.sharing !== null && this.decoder.refusedToShare) this.sharing.refusedToShare();
    if (id === this.id) this.decoder.recordEnded(type, length, this.sink!);
    else this.decoder.ignore(HEADER);
    return !this.decoder.ended;
  }
}
