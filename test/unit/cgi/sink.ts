import { CgiResponse } from '../../../src/cgi/response.ts';
import { GatewayError } from '../../../src/errors.ts';
import type { ResponseSink } from '../../../src/protocol.ts';
import { everySplit, type Result } from '../http1/every-split.ts';

/** What a program's output came to. */
export interface Answer {
  readonly status: number;
  readonly reason: string;
  readonly fields: string;
  readonly bodyLength: number | undefined;
  readonly body: string;
  /** Empty: none. */
  readonly localRedirect: string;
  /** `end`, or the kind of the error that came once the output was complete. */
  readonly end: string;
}

/** Keeps what it is told; throws if that comes in an order that the contract does not allow. */
export class RecordingSink implements ResponseSink {
  status = 0;
  reason = '';
  fields = '';
  bodyLength: number | undefined = undefined;
  body = '';
  target = '';
  ended = false;

  interim(): void {
    throw new Error('an interim answer');
  }

  head(status: number, reason: string, fields: string, bodyLength: number | undefined): void {
    this.#begin();
    Object.assign(this, { status, reason, fields, bodyLength });
  }

  localRedirect(target: string): void {
    this.#begin();
    this.target = target;
  }

  data(chunk: Buffer): void {
    if (this.status === 0 || this.ended) throw new Error('data without a head or after the end');
    if (chunk.length === 0) throw new Error('no data at all');
    this.body += chunk.toString('latin1');
  }

  end(): void {
    if ((this.status === 0 && this.target === '') || this.ended) throw new Error('an end too many');
    this.ended = true;
  }

  diagnostic(): void {
    throw new Error('a diagnostic');
  }

  #begin(): void {
    if (this.status !== 0 || this.target !== '') throw new Error('a second head');
  }
}

/** What output comes to as the answer to a request; the kind of the error if it is refused before its end. */
export function understood(output: string, method = 'GET'): Result<Answer> {
  return everySplit(output, pieces => {
    const response = new CgiResponse();
    response.begin(method);
    const sink = new RecordingSink();
    for (const piece of pieces) {
      // Not from its first byte to its last, as in a record among others.
      const record = Buffer.concat([Buffer.from('<'), piece, Buffer.from('>')]);
      response.receive(record, 1, record.length - 1, sink);
      record.fill(0x21);
    }
    const { status, reason, fields, bodyLength } = sink;
    const end = ending(response, sink);
    return { status, reason, fields, bodyLength, body: sink.body, localRedirect: sink.target, end };
  });
}

function ending(response: CgiResponse, sink: RecordingSink): string {
  try {
    response.finish(sink);
  } catch (thrown) {
    if (thrown instanceof GatewayError) return thrown.kind;
    throw thrown;
  }
  if (!sink.ended) throw new Error('it ended without a word');
  return 'end';
}

/** The answer that output comes to; throws if it is refused. */
export function answerOf(output: string, method = 'GET'): Answer {
  const result = understood(output, method);
  if ('error' in result) throw new Error(`refused: ${result.error}`);
  return result;
}
