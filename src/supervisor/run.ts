import type { ChildProcess } from 'node:child_process';
import { now } from '../clock.ts';
import { type Member, membersOf, successorsOf } from '../transport/group-members.ts';
import { keeper } from '../transport/keeper.ts';

/** Milliseconds between two looks at what is left of a group. */
const LOOK = 25;

/** How long a process that was killed may take to be gone; after that nobody waits for it any more. */
const DYING = 2_000;

/** How a process ended: its status, or the signal that killed it. */
export interface Ending {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One process of an application, from its start until nothing of its process group is left. */
export class Run {
  readonly pid: number;
  readonly #startedAt = now();
  /** Whether the process itself, the leader of its group, has ended. */
  ended = false;
  /** Those who outlived the leader, by which it is told whether the number still means this group. */
  #members: readonly Member[] = [];
  #killAt = Infinity;
  #killed = false;
  #timer: NodeJS.Timeout | undefined;
  #ending = false;
  #gone!: () => void;
  readonly #whenGone = new Promise<void>(resolve => {
    this.#gone = resolve;
  });

  /** For a process that leads a group of its own. `left` is called when it has ended. */
  constructor(child: ChildProcess, left: (ending: Ending) => void) {
    this.pid = child.pid!;
    keeper.keep(this.pid);
    child.on('exit', (status, signal) => {
      now();
      this.#exited();
      left({ status, signal });
    });
  }

  /** For how long it has been running, in milliseconds; once it has ended that goes on. */
  get ranFor(): number {
    return now() - this.#startedAt;
  }

  /**
   * TERM to the whole group, and KILL to what is left of it after so many milliseconds; resolves when nothing is left. A
   * later call can only bring the KILL nearer.
   */
  end(limit: number): Promise<void> {
    this.#killAt = Math.min(this.#killAt, now() + limit);
    if (!this.#ending) {
      this.#ending = true;
      this.#signal('SIGTERM');
      this.#timer = setInterval(() => this.#look(), LOOK);
      this.#look();
    }
    return this.#whenGone;
  }

  #exited(): void {
    this.ended = true;
    if (this.#send(0)) this.#members = membersOf(this.pid);
    // Who is left cannot be told everywhere; then it has to be done while the number cannot have gone to another.
    if (this.#members.length === 0) this.#send('SIGKILL');
    if (this.#ending) this.#look();
  }

  #look(): void {
    if (!this.#isKnown()) this.#over();
    else if (this.#killed && now() > this.#killAt + DYING) this.#over();
    else if (!this.#killed && now() >= this.#killAt) {
      this.#killed = true;
      this.#signal('SIGKILL');
    }
  }

  #over(): void {
    clearInterval(this.#timer);
    keeper.forget(this.pid);
    this.#gone();
  }

  /** Whether the number still means this group: once its last process is gone it may be given to a stranger. */
  #isKnown(): boolean {
    if (!this.ended) return true;
    this.#members = successorsOf(this.#members, this.pid);
    return this.#members.length > 0;
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#isKnown()) this.#send(signal);
  }

  /** Whether there was anybody to get the signal. */
  #send(signal: NodeJS.Signals | 0): boolean {
    try {
      return process.kill(-this.pid, signal);
    } catch {
      return false;
    }
  }
}
