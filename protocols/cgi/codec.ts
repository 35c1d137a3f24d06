import { CgiResponse } from '../../src/cgi/response.ts';
import { GatewayError } from '../../src/errors.ts';
import type { BackendRequest, ByteSink, Codec, ResponseSink } from '../../src/protocol.ts';
import type { ProcessStream } from '../../src/transport/process-stream.ts';

/** Reads what one run of a program prints, and judges it by how the program ended. */
export class CgiCodec implements Codec {
  readonly reusable: boolean = false;
  readonly keepAliveFor: number | undefined = undefined;
  readonly upgraded: boolean = false;
  /** Set when the program was started. */
  process: ProcessStream | null = null;
  private readonly response = new CgiResponse();

  /** The request has been given to the program when it was started. */
  begin(request: BackendRequest): void {
    this.response.begin(request.method);
  }

  data(chunk: Buffer, out: ByteSink): void {
    out.write(chunk);
  }

  finish(): void {}

  receive(chunk: Buffer, sink: ResponseSink): void {
    this.response.receive(chunk, 0, chunk.length, sink);
  }

  eof(sink: ResponseSink): void {
    const { response } = this;
    const fate = this.fate();
    // Nothing but the end of the output says that such an answer is whole, and a program that was killed did not say it.
    if (response.openEnded && this.process!.signal !== null) {
      throw new GatewayError(
        'http_response_incomplete',
        `the program ${fate} before its answer was complete`,
      );
    }
    try {
      response.finish(sink);
    } catch (thrown) {
      if (!(thrown instanceof GatewayError)) throw thrown;
      throw new GatewayError(thrown.kind, `${thrown.message}; the program ${fate}`, thrown);
    }
    if (fate !== 'ended well') sink.diagnostic(`the program ${fate}`);
  }

  private fate(): string {
    const { status, signal } = this.process!;
    if (signal !== null) return `was killed by ${signal}`;
    if (status === null) return 'still runs after it closed its output';
    return status === 0 ? 'ended well' : `ended with status ${status}`;
  }
}
