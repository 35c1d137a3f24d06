import { type FSWatcher, stat, statSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';

/** How often a file is looked at, for file systems that do not tell, in milliseconds. */
const PACE = 1_000;

/** Who hears of a file. */
export interface FileListener {
  /** It is there now, or it is gone. */
  changed(exists: boolean): void;
  /** It cannot be said whether it exists; what was the case last is taken to be so. Once, until it can be said again. */
  obscure(error: NodeJS.ErrnoException): void;
}

/** A file whose existence means something, heard of within a second and mostly at once. */
export class HoldFile {
  readonly #path: string;
  readonly #listener: FileListener;
  readonly #timer: NodeJS.Timeout;
  #watcher: FSWatcher | null = null;
  #exists = false;
  #obscured = false;
  #looking = false;
  /** Something happened while it was being looked at. */
  #lookAgain = false;
  #stopped = false;

  /** Whoever listens hears within this call of a file that exists. */
  constructor(path: string, listener: FileListener) {
    this.#path = path;
    this.#listener = listener;
    this.#take(whyMissing(path));
    this.#timer = setInterval(() => this.#tick(), PACE);
    this.#timer.unref();
    this.#watch();
  }

  get exists(): boolean {
    return this.#exists;
  }

  /** Nobody hears any more. */
  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
    this.#watcher?.close();
  }

  #tick(): void {
    if (this.#watcher === null) this.#watch();
    this.#look();
  }

  /** Of the directory: a file that is not there cannot be watched, nor one that takes its name. */
  #watch(): void {
    const name = basename(this.#path);
    try {
      const watcher = watch(dirname(this.#path), { persistent: false }, (_event, changed) => {
        if (changed === null || changed === name) this.#look();
      });
      // It is looked for each second all the same, and watched again then.
      watcher.on('error', () => this.#unwatch());
      this.#watcher = watcher;
    } catch {
      this.#watcher = null;
    }
  }

  #unwatch(): void {
    this.#watcher?.close();
    this.#watcher = null;
  }

  #look(): void {
    if (this.#looking) {
      this.#lookAgain = true;
      return;
    }
    this.#looking = true;
    stat(this.#path, error => {
      this.#looking = false;
      if (this.#stopped) return;
      this.#take(error);
      if (!this.#lookAgain) return;
      this.#lookAgain = false;
      this.#look();
    });
  }

  #take(error: NodeJS.ErrnoException | null): void {
    const gone = error?.code === 'ENOENT' || error?.code === 'ENOTDIR';
    if (error !== null && !gone) {
      if (!this.#obscured) this.#listener.obscure(error);
      this.#obscured = true;
      return;
    }
    this.#obscured = false;
    if (this.#exists !== gone) return;
    this.#exists = !gone;
    this.#listener.changed(this.#exists);
  }
}

function whyMissing(path: string): NodeJS.ErrnoException | null {
  try {
    statSync(path);
    return null;
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
}
