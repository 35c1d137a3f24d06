import { access, constants } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { now } from '../../clock.ts';
import type { Destination } from '../../protocol.ts';
import { connectError } from '../../transport/connect-error.ts';
import { placeWords } from '../../transport/place-words.ts';
import { systemPath } from '../../transport/socket-path.ts';
import { errorVerdict, type Running, type Verdict } from './verdict.ts';

/** A check that is content if a connection stands, or if a program is there that may be run. */
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

  /** Looks, and sends nothing. */
  begin(): void {
    const { scheme, host, port, lookup, path } = this.#destination;
    if (scheme === 'cgi') {
      access(path, constants.X_OK, error => this.#looked(error));
      return;
    }
    this.#socket = connect(path === '' ? { host, port, lookup } : { path: systemPath(path) });
    this.#socket.on('connect', () => this.#settle({ result: 'passed', words: 'connected' }));
    this.#socket.on('error', error => this.#broken(error));
  }

  expire(): void {
    this.#settle({ result: 'late', words: `no connection within ${this.#timeout} ms` });
  }

  cancel(): void {
    this.#over = true;
    this.#socket?.destroy();
  }

  #looked(error: Error | null): void {
    if (error === null) this.#settle({ result: 'passed', words: 'may be run' });
    else this.#settle({ result: 'failed', words: `cannot be run: ${error.message}` });
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
