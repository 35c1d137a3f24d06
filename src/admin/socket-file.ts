import { randomBytes } from 'node:crypto';
import { lstatSync, renameSync, rmSync } from 'node:fs';
import type { Server } from 'node:net';
import { dirname, join } from 'node:path';
import { isAnswered } from './is-answered.ts';

/** A live socket, or no socket at all, lies where one was to be made. */
export class Occupied extends Error {
  /** Whether somebody listens there. */
  readonly live: boolean;

  constructor(path: string, live: boolean) {
    super(`${path} is taken`);
    this.live = live;
  }
}

/** The file of a unix socket that a server of ours listens on. */
export class SocketFile {
  readonly path: string;
  readonly #device: number;
  readonly #inode: number;

  constructor(path: string, { dev, ino }: { dev: number; ino: number }) {
    this.path = path;
    this.#device = dev;
    this.#inode = ino;
  }

  /** Removes it, unless another socket has taken its place. */
  remove(): void {
    const found = lstatSync(this.path, { throwIfNoEntry: false });
    if (found?.dev === this.#device && found.ino === this.#inode) rmSync(this.path, { force: true });
  }
}

/**
 * Has a server listen at a path, for the present user alone. A file that nobody listens on is replaced, with `takeOver` also
 * one where somebody does: in one step, so that whoever connects finds the one or the other. Rejects with Occupied or the
 * system's error.
 */
export async function listenAtPath(server: Server, path: string, takeOver: boolean): Promise<SocketFile> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found !== undefined) {
    if (!found.isSocket()) throw new Occupied(path, false);
    if (!takeOver && (await isAnswered({ path }))) throw new Occupied(path, true);
  }
  const temporary = join(dirname(path), `.${randomBytes(4).toString('hex')}`);
  await listenPrivately(server, temporary);
  try {
    const file = new SocketFile(path, lstatSync(temporary));
    renameSync(temporary, path);
    return file;
  } catch (error) {
    server.close();
    rmSync(temporary, { force: true });
    throw error;
  }
}

function listenPrivately(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', () => {
      server.off('error', reject);
      resolve();
    });
    // The socket is bound within the call: there is no moment in which others could connect.
    const before = process.umask(0o177);
    try {
      server.listen({ path });
    } finally {
      process.umask(before);
    }
  });
}
