import { GatewayError } from '../errors.ts';
import type { Fields } from '../fields.ts';
import type { Application, BackendRequest, ByteSink, Codec, ResponseSink } from '../protocol.ts';
import { CgiResponse } from './response.ts';
import { metaVariables } from './variables.ts';

/** Writes the head of a request from its meta-variables, as latin1; throws GatewayError for what the form cannot hold. */
export type HeadEncoder = (variables: Fields) => string;

/**
 * One request to a byte stream: a head made of meta-variables, the body as it is, and then what the application prints
 * until it closes. Only the head differs between such protocols.
 */
export class CgiStreamCodec implements Codec {
  readonly reusable = false;
  readonly keepAliveFor = undefined;
  readonly upgraded = false;
  private readonly application: Application;
  private readonly encodeHead: HeadEncoder;
  private readonly response = new CgiResponse();

  constructor(application: Application, encodeHead: HeadEncoder) {
    this.application = application;
    this.encodeHead = encodeHead;
  }

  begin(request: BackendRequest, out: ByteSink): void {
    this.response.begin(request.method);
    out.write(this.encodeHead(metaVariables(request, this.application)));
  }

  data(chunk: Buffer, out: ByteSink): void {
    out.write(chunk);
  }

  /** Says nothing: the application counts the bytes of the body, and some take a closed sending side for a client that left. */
  finish(_trailers: Fields, _out: ByteSink): void {}

  receive(chunk: Buffer, sink: ResponseSink): void {
    this.response.receive(chunk, 0, chunk.length, sink);
    // The application would close now; not to wait for that frees the slot a little earlier.
    if (this.response.counted) this.response.finish(sink);
  }

  eof(sink: ResponseSink): void {
    if (!this.response.begun) {
      throw new GatewayError('connection_terminated', 'the backend closed without an answer');
    }
    this.response.finish(sink);
  }
}
