import { chmodSync, chownSync, renameSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import type { Account } from './account.ts';

/** As many as the system allows: it cuts the number to its own limit. */
const BACKLOG = 4_096;

/**
 * Binds a unix socket, gives its descriptor to `use`, and closes it before anything else runs, so that nobody but what
 * was started by `use` ever accepts on it. Throws the system's error; whatever lay at the path is replaced.
 *
 * It is bound under another name, since closing removes the name that was bound. A process that gets the descriptor as
 * one of its first three gets it in blocking mode, as applications expect it: the runtime sees to that.
 */
export function withListeningSocket<T>(
  path: string,
  account: Account | undefined,
  use: (descriptor: number) => T,
): T {
  const passing = `${path}.new`;
  rmSync(passing, { force: true });
  const server = createServer();
  let failure: Error | undefined;
  // What goes wrong is thrown below; the same is reported again in a later turn.
  server.on('error', error => {
    failure = error;
  });
  server.listen({ path: passing, backlog: BACKLOG });
  try {
    const descriptor = descriptorOf(server);
    chmodSync(passing, 0o600);
    if (account !== undefined) chownSync(passing, account.uid, account.gid);
    renameSync(passing, path);
    return use(descriptor);
  } catch (error) {
    rmSync(passing, { force: true });
    throw failure ?? error;
  } finally {
    server.close();
  }
}

function descriptorOf(server: Server): number {
  const { _handle: handle } = server as unknown as { _handle: { fd: number } | null };
  if (handle === null || handle.fd < 0) throw new Error('the socket could not be bound');
  return handle.fd;
}
