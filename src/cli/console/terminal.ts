import { writeSync } from 'node:fs';
import type { ReadStream, WriteStream } from 'node:tty';

const ENTER = '\x1b[?1049h\x1b[?25l\x1b[?7l';
const LEAVE = '\x1b[?7h\x1b[?25h\x1b[?1049l';
const HOME = '\x1b[H';
const REST_OF_LINE = '\x1b[K';
const REST_OF_SCREEN = '\x1b[J';

/** Keys as a terminal in raw mode sends them. */
export const CTRL_C = '\x03';
const CTRL_Z = '\x1a';
const ESCAPE = '\x1b';

/** The input of a terminal, as far as it is needed. */
export type Keyboard = Pick<
  ReadStream,
  'isTTY' | 'on' | 'off' | 'pause' | 'resume' | 'setEncoding' | 'setRawMode'
>;

/** The output of a terminal, as far as it is needed. */
export type Display = Pick<WriteStream, 'write' | 'on' | 'off' | 'columns' | 'rows'> & {
  readonly fd: number;
};

/**
 * A terminal that a program has for itself: what was on it comes back when the program leaves, however it ends short of
 * being killed.
 */
export class Terminal {
  readonly #keyboard: Keyboard;
  readonly #display: Display;
  readonly #pressed: (key: string) => void;
  readonly #resized: () => void;
  #entered = false;

  /** `pressed` hears of each key, `resized` when the size has changed or everything is to be drawn again. */
  constructor(keyboard: Keyboard, display: Display, pressed: (key: string) => void, resized: () => void) {
    this.#keyboard = keyboard;
    this.#display = display;
    this.#pressed = pressed;
    this.#resized = resized;
  }

  get rows(): number {
    return this.#display.rows || 24;
  }

  /** Takes the terminal. */
  enter(): void {
    this.#entered = true;
    this.#grab();
    this.#keyboard.setEncoding('utf8');
    this.#keyboard.on('data', this.#onKey);
    this.#display.on('resize', this.#resized);
    process.on('exit', this.#onExit);
    process.on('SIGCONT', this.#onContinue);
  }

  /** Gives the terminal back as it was; once is enough, twice does no harm. */
  leave(): void {
    if (!this.#entered) return;
    this.#entered = false;
    this.#keyboard.off('data', this.#onKey);
    this.#display.off('resize', this.#resized);
    process.off('exit', this.#onExit);
    process.off('SIGCONT', this.#onContinue);
    this.#release();
  }

  /** Shows these lines and nothing else; those for which there is no room are left out. */
  draw(lines: readonly string[]): void {
    if (!this.#entered) return;
    const shown = lines.slice(0, this.rows).map(line => line + REST_OF_LINE);
    this.#display.write(`${HOME}${shown.join('\r\n')}${REST_OF_SCREEN}`);
  }

  #grab(): void {
    this.#display.write(ENTER);
    if (!this.#keyboard.isTTY) return;
    this.#keyboard.setRawMode(true);
    this.#keyboard.resume();
  }

  #release(): void {
    if (this.#keyboard.isTTY) {
      this.#keyboard.setRawMode(false);
      this.#keyboard.pause();
    }
    this.#display.write(LEAVE);
  }

  #onKey = (keys: Buffer | string): void => {
    const text = String(keys);
    // An arrow, a function key: its letters are no keys.
    if (text.startsWith(ESCAPE)) return;
    for (const key of text) {
      if (key === CTRL_Z) this.#suspend();
      else this.#pressed(key);
    }
  };

  /** In raw mode the terminal does not do it. */
  #suspend(): void {
    this.#release();
    process.kill(process.pid, 'SIGTSTP');
  }

  #onContinue = (): void => {
    this.#grab();
    this.#resized();
  };

  /** Nothing that is written otherwise would get out any more. */
  #onExit = (): void => {
    try {
      if (this.#keyboard.isTTY) this.#keyboard.setRawMode(false);
      writeSync(this.#display.fd, LEAVE);
    } catch {
      // The terminal is gone.
    }
  };
}
