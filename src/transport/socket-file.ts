import { randomBytes } from 'node:crypto';
import { lstatSync, renameSync, rmSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { isAnswered } from './is-answered.ts';
import { systemPath } from './socket-path.ts';

/** A live socket, or no socket at all, lies where one was to be made; in the form of a failure to bind. */
export class Occupied extends Error {
  readonly code = 'EADDRINUSE';
  readonly syscall = 'listen';
  readonly address: string;
  /** Whether somebody listens there. */
  readonly live: boolean;

  constructor(path: string, live: boolean) {
    super(`listen EADDRINUSE: address already in use ${path}`);
    this.address = path;
    this.live = live;
  }
}

/**
 * The name of a unix socket in the file system. A socket is bound under another name and given its own afterwards, since
 * closing it removes the name that was bound, which may mean another gateway's socket by then.
 */
export class SocketFile {
  readonly path: string;
  /** What to bind. */
  readonly provisional: string;
  /** Of the file that is ours; undefined: none. */
  #identity: string | undefined;

  constructor(path: string) {
    this.path = path;
    this.provisional = this.#isAbstract ? systemPath(path) : provisionalName(path);
  }

  /** Rejects with Occupied if something lies there that is no socket, or a socket that is listened on. */
  async checkFree(): Promise<void> {
    if (this.#isAbstract) return;
    const there = look(this.path);
    if (there === undefined) return;
    if (!there.isSocket()) throw new Occupied(this.path, false);
    if (await isAnswered({ path: this.path })) throw new Occupied(this.path, true);
  }

  /** Gives the bound socket its name, whatever had it before. */
  publish(): void {
    if (this.#isAbstract) return;
    try {
      renameSync(this.provisional, this.path);
    } catch (error) {
      rmSync(this.provisional, { force: true });
      throw error;
    }
    this.adopt();
  }

  /** Takes the socket that lies there for ours. */
  adopt(): void {
    this.#identity = this.#isAbstract ? undefined : identityOf(this.path);
  }

  /** Leaves the name to others. */
  release(): void {
    this.#identity = undefined;
  }

  /** Removes the name, unless it means another socket than ours by now. */
  remove(): void {
    const ours = this.#identity;
    this.#identity = undefined;
    if (ours !== undefined && identityOf(this.path) === ours) rmSync(this.path, { force: true });
  }

  /** An error of binding, with the name that people know. */
  renamed(error: NodeJS.ErrnoException): NodeJS.ErrnoException {
    const message = error.message.replaceAll(this.provisional, this.path);
    return Object.assign(error, { message, syscall: 'listen', address: systemPath(this.path) });
  }

  get #isAbstract(): boolean {
    return this.path.startsWith('@');
  }
}

/** `sun_path` has 108 bytes, the last of which is a NUL. */
const LONGEST = 107;

/** In the same directory, and cut where the path leaves little room. */
function provisionalName(path: string): string {
  const folder = dirname(path);
  const room = Math.max(1, LONGEST - Buffer.byteLength(join(folder, '.')) - 1);
  return join(folder, randomBytes(8).toString('hex').slice(0, room));
}

function identityOf(path: string): string | undefined {
  const there = look(path);
  return there?.isSocket() === true ? `${there.dev}:${there.ino}` : undefined;
}

/** What cannot be looked at cannot be bound either, and binding says why. */
function look(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
