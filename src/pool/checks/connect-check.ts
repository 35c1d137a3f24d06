import { connect, type Socket } from 'node:net';
import { now } from '../../clock.ts';
import { formatDuration } from '../../config/format-duration.ts';
import type { Destination } from '../../protocol.ts';
import { connectError } from '../../transport/connect-error.ts';
import { placeWords } from '../../transport/place-words.ts';
import { systemPath } from '../../transport/socket-path.ts';
import { errorVerdict, type Running, type Verdict } from './verdict.ts';

/** A check that is content if a connection stands. */
export class ConnectCheck implements Running {
  readonly #destination: Destination;
  readonly #timeout: number;
  readonly #tell: (verdict: Verdict) => void;
  #socket: Socket | null = null;
  #over = false;

  constructor(destination: Destination, timeout: number, tell: (verdict: Verdict) => void) {
    this.#destination = destination;
    this.#timeout = timeout;
    this.#tell = tell;
  }

  /** Connects, and sends nothing. */
  begin(): void {
    const { host, port, lookup, path } = this.#destination;
    try {
      this.#socket = connect(path === '' ? { host, port, lookup } : { path: systemPath(path) });
      this.#socket.on('connect', () => this.#settle({ result: 'passed', words: 'connected' }));
      this.#socket.on('error', error => this.#broken(error));
    } catch (error) {
      this.#broken(error as Error);
    }
  }

  expire(): void {
    this.#settle({ result: 'late', words: `no connection within ${formatDuration(this.#timeout)}` });
  }

  cancel(): void {
    this.#over = true;
    this.#socket?.destroy();
  }

  #broken(error: Error): void {
    this.#settle(errorVerdict(connectError(placeWords(this.#destination), error)));
  }

  #settle(verdict: Verdict): void {
    if (this.#over) return;
    now();
    this.cancel();
    this.#tell(verdict);
  }
}
