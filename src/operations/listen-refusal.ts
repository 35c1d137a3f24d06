import type { ListenConfig } from '../config/config.ts';
import { OrderError } from '../control.ts';
import { listenWords } from './listen-words.ts';

/**
 * Why a gateway that listens as in `present` cannot go over to other addresses. An address cannot be bound beside one that
 * stands for all addresses of the same port, not even for the moment in which both are there.
 */
export function listenRefusal(error: unknown, present: readonly ListenConfig[]): OrderError {
  const { message, code, port } = error as NodeJS.ErrnoException & { port?: number };
  const own = present.find(listen => listen.kind === 'tcp' && listen.port === port);
  const remedy =
    code === 'EADDRINUSE' && own !== undefined
      ? `this gateway listens on that port itself, as ${own.text}: a restart goes over to the other address, or two reloads, of which the first leaves the port out`
      : undefined;
  return new OrderError('refused', listenWords(error, remedy) ?? `cannot listen: ${message}`);
}
