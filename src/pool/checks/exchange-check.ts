import type { CheckConfig, PoolConfig } from '../../config/config.ts';
import { formatDuration } from '../../config/format-duration.ts';
import { type GatewayError, toGatewayError } from '../../errors.ts';
import type { Connection, ConnectionOwner, Receiver } from '../../protocol.ts';
import type { Diagnostics } from '../diagnostics.ts';
import type { Endpoint } from '../endpoint.ts';
import { checkRequest } from './check-request.ts';
import { errorVerdict, type Running, statusVerdict, type Verdict } from './verdict.ts';

/** Of a body so many bytes are read; then it is judged by those. */
const MOST_BODY = 65_536;

/** What a connection is closed for whose check has come to its verdict. */
const DONE = 'checked';

/** A check by a request in the endpoint's own protocol, on a connection of its own: it takes no slot, and nothing is kept. */
export class ExchangeCheck implements Receiver, ConnectionOwner, Running {
  readonly #check: CheckConfig;
  readonly #endpoint: Endpoint;
  readonly #diagnostics: Diagnostics;
  readonly #tell: (verdict: Verdict) => void;
  #connection: Connection | null = null;
  #phase: 'connecting' | 'waiting' | 'reading' | 'over' = 'connecting';
  #verdict: Verdict | null = null;
  /** What has come of the body. */
  #seen = '';

  constructor(
    endpoint: Endpoint,
    check: CheckConfig,
    diagnostics: Diagnostics,
    tell: (verdict: Verdict) => void,
  ) {
    this.#endpoint = endpoint;
    this.#check = check;
    this.#diagnostics = diagnostics;
    this.#tell = tell;
  }

  /** Sends the request. */
  begin(pool: PoolConfig): void {
    try {
      const { request, destination } = checkRequest(this.#endpoint, pool, this.#check);
      this.#connection = this.#endpoint.protocol.connect(destination, this);
      this.#connection.send(request, this);
    } catch (thrown) {
      this.failed(toGatewayError(thrown));
    }
  }

  expire(): void {
    const within = `within ${formatDuration(this.#check.timeout)}`;
    const words = {
      connecting: 'no connection',
      waiting: 'no answer',
      reading: 'the answer did not end',
      over: '',
    };
    this.#settle({ result: 'late', words: `${words[this.#phase]} ${within}` });
  }

  cancel(): void {
    this.#phase = 'over';
    this.#connection?.close('check called off');
  }

  connected(): void {
    if (this.#phase === 'connecting') this.#phase = 'waiting';
  }

  head(status: number): void {
    if (this.#phase === 'over') return;
    this.#phase = 'reading';
    this.#verdict = statusVerdict(status, this.#check);
    if (this.#verdict.result === 'failed') this.#settle(this.#verdict);
  }

  /** The application has answered, if only with another page. */
  localRedirect(): void {
    this.head(302);
  }

  data(chunk: Buffer): void {
    if (this.#phase === 'over') return;
    const { body } = this.#check;
    const before = this.#seen.length;
    this.#seen += chunk.toString('latin1', 0, MOST_BODY - before);
    if (body !== '' && this.#seen.includes(body, Math.max(0, before - body.length)))
      this.#settle(this.#verdict!);
    else if (this.#seen.length >= MOST_BODY) this.#judge(`the first ${MOST_BODY} bytes`);
  }

  end(): void {
    if (this.#phase !== 'over') this.#judge('the body');
  }

  failed(error: GatewayError): void {
    if (this.#phase !== 'over') this.#settle(errorVerdict(error));
  }

  diagnostic(text: string): void {
    this.#diagnostics.report(text, 'check', this.#endpoint.name);
  }

  /** Whatever becomes of it, it is closed with the verdict. */
  idle(): void {}
  interim(): void {}
  writable(): void {}
  halfClosed(): void {}
  flush(): void {}
  accepted(): void {}
  closed(): void {}

  /** All that will be read of the body is there. */
  #judge(what: string): void {
    const { body } = this.#check;
    if (body === '' || this.#seen.includes(body)) this.#settle(this.#verdict!);
    else {
      const words = `${this.#verdict!.words}, but ${what} did not contain ${JSON.stringify(body)}`;
      this.#settle({ result: 'failed', words });
    }
  }

  #settle(verdict: Verdict): void {
    if (this.#phase === 'over') return;
    this.#phase = 'over';
    this.#seen = '';
    this.#connection?.close(DONE);
    this.#tell(verdict);
  }
}
