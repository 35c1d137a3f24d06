import { now } from '../../clock.ts';
import { formatDuration } from '../../config/format-duration.ts';
import { GatewayError } from '../../errors.ts';
import type { Destination } from '../../protocol.ts';
import type { ByteStream, StreamOwner } from '../../transport/byte-stream.ts';
import { connectError } from '../../transport/connect-error.ts';
import { dial } from '../../transport/dial.ts';
import { placeWords } from '../../transport/place-words.ts';
import { sharedBuffer } from '../../transport/read-buffer.ts';
import { errorVerdict, type Running, type Verdict } from './verdict.ts';

/** For whom the connection is made. */
const NOBODY = { client: '', ends: { remoteAddress: '', remotePort: 0, localAddress: '', localPort: 0 } };

/** A check that is content if a connection stands, with TLS if that is spoken. */
export class ConnectCheck implements Running, StreamOwner {
  nextBuffer = sharedBuffer();
  readonly #destination: Destination;
  readonly #timeout: number;
  readonly #tell: (verdict: Verdict) => void;
  #stream: ByteStream | null = null;
  #over = false;

  constructor(destination: Destination, timeout: number, tell: (verdict: Verdict) => void) {
    this.#destination = destination;
    this.#timeout = timeout;
    this.#tell = tell;
  }

  /** Connects, and sends no request. */
  begin(): void {
    try {
      this.#stream = dial(this.#destination, NOBODY, this);
    } catch (error) {
      this.broken(error as Error);
    }
  }

  expire(): void {
    const what = this.#stream?.connecting === false ? 'TLS handshake' : 'connection';
    this.#settle({ result: 'late', words: `no ${what} within ${formatDuration(this.#timeout)}` });
  }

  cancel(): void {
    this.#over = true;
    this.#stream?.destroy();
  }

  opened(): void {
    const words =
      this.#destination.tls === undefined ? 'connected' : 'connected, and its certificate is good';
    this.#settle({
      result: 'passed',
      words: this.#destination.tls?.verified === false ? 'connected' : words,
    });
  }

  broken(error: Error): void {
    const told = error instanceof GatewayError ? error : connectError(placeWords(this.#destination), error);
    this.#settle(errorVerdict(told));
  }

  received(): boolean {
    return false;
  }

  writeFailed(): boolean {
    return false;
  }

  ended(): void {}
  drained(): void {}
  stalled(): void {}
  closed(): void {}
  diagnostic(): void {}

  #settle(verdict: Verdict): void {
    if (this.#over) return;
    now();
    this.cancel();
    this.#tell(verdict);
  }
}
