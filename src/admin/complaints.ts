import type { IncomingMessage } from 'node:http';
import { now } from '../clock.ts';
import type { Facts, Log } from '../log/log.ts';
import type { Refusal } from './refusal.ts';

/** How often the log may say that somebody was kept out, in milliseconds. */
const PACE = 10_000;

/** So much is shown of what a client says of itself. */
const SHOWN = 100;

/** Tells the log of those who were kept out of the console: one at a time, and how many more there were. */
export class Complaints {
  readonly #log: Log;
  #at = -Infinity;
  /** Those of whom the log has heard nothing, since it heard of one. */
  #omitted = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Somebody was kept out. */
  add(request: IncomingMessage, { kind, message }: Refusal): void {
    const time = now();
    if (time - this.#at < PACE) {
      this.#omitted++;
      this.#timer ??= setTimeout(() => this.#sum(), this.#at + PACE - time).unref();
      return;
    }
    this.#sum();
    this.#at = time;
    this.#log.warn(`console: somebody was kept out: ${message}`, { kind, ...factsOf(request) });
  }

  /** Says at once how many there were of whom nothing was said. */
  end(): void {
    this.#sum();
  }

  #sum(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#omitted === 0) return;
    this.#log.warn('console: more were kept out', { times: this.#omitted });
    this.#omitted = 0;
  }
}

function factsOf({ method, url, socket, headers }: IncomingMessage): Facts {
  const { host, origin } = headers;
  return {
    method,
    path: url?.slice(0, SHOWN),
    peer: socket.remoteAddress,
    host: printable(host),
    ...(origin === undefined ? {} : { origin: printable(origin) }),
  };
}

/** Others decide what it says: what could be taken for anything but a text becomes a question mark. */
function printable(text: string | undefined): string | undefined {
  return text?.slice(0, SHOWN).replace(/[^\x20-\x7e]/g, '?');
}
