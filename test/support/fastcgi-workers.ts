import type { TestContext } from 'node:test';
import { type Backend, backend } from './backend.ts';
import { type App, respond } from './fastcgi.ts';
import { PeerClosed } from './peer.ts';

/**
 * A FastCGI application with a fixed number of workers, as php-fpm has them with `pm = static`: each takes a connection,
 * serves it until it closes, and then takes the next one; connections that no worker has taken wait unseen.
 */
export class Workers {
  readonly origin: Backend;
  /** Connections that a worker has at present. */
  taken = 0;
  /** The most connections that were open at once. */
  mostOpen = 0;

  constructor(origin: Backend) {
    this.origin = origin;
  }

  get url(): string {
    return `fcgi://127.0.0.1:${this.origin.port}`;
  }
}

/** Starts an application with so many workers. */
export async function fcgiWorkers(t: TestContext, count: number, app: App): Promise<Workers> {
  const waiting: (() => void)[] = [];
  const workers: Workers = new Workers(
    await backend(t, async connection => {
      workers.mostOpen = Math.max(workers.mostOpen, workers.origin.open);
      if (workers.taken === count) await new Promise<void>(resolve => waiting.push(resolve));
      else workers.taken++;
      try {
        await respond(connection, app);
      } catch (error) {
        if (!(error instanceof PeerClosed)) throw error;
      } finally {
        const next = waiting.shift();
        // The next connection takes the worker over.
        if (next === undefined) workers.taken--;
        else next();
      }
    }),
  );
  return workers;
}
