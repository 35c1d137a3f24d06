import { type Member, membersOf, successorsOf } from './group-members.ts';
import { keeper } from './keeper.ts';

/** Milliseconds that a group has to end by itself after TERM. */
const GRACE = 2_000;

/** Groups that may use that time at once: clients that ask and leave must not fill the machine with what ignores TERM. */
const MOST_ENDING = 32;

/** Groups of which something may be left. */
const alive = new Set<ProcessGroup>();

/** Those that were told to end and may still do so by themselves, the earliest first. */
const ending = new Set<ProcessGroup>();

process.on('exit', () => {
  for (const group of alive) group.kill();
});

/**
 * A process that leads a group of its own, with all that it starts and that stays in the group. Until it is released,
 * what is left of it is ended when this process ends: at once if it comes to an end of its own, by the keeper if it is killed.
 */
export class ProcessGroup {
  private readonly leader: number;
  /** While the leader's end has not been reported, its number is its own. */
  private led = true;
  private killed = false;
  /** Those who outlived the leader, by which it is told whether the number still means this group. */
  private members: readonly Member[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(leader: number) {
    this.leader = leader;
    alive.add(this);
    keeper.keep(leader);
  }

  /** The leader has ended, just now; others may go on. */
  leaderEnded(): void {
    this.led = false;
    if (!alive.has(this)) return;
    if (!this.killed && this.signal(0)) {
      this.members = membersOf(this.leader);
      if (this.members.length > 0) return;
      // Who is left cannot be told, so it has to be done now, while the number cannot have gone to another.
      if (ending.has(this)) this.signal('SIGKILL');
    }
    this.release();
  }

  /** TERM, and after a grace KILL for what is left. */
  end(): void {
    if (!alive.has(this) || this.killed || ending.has(this)) return;
    if (!this.isKnown() || !this.signal('SIGTERM')) {
      this.release();
      return;
    }
    ending.add(this);
    this.timer = setTimeout(() => this.kill(), GRACE);
    this.timer.unref();
    if (ending.size > MOST_ENDING) ending.values().next().value?.kill();
  }

  /** Kills what is left, at once. */
  kill(): void {
    this.killed = true;
    if (this.isKnown()) this.signal('SIGKILL');
    this.release();
  }

  /** Lets what is left go on. */
  release(): void {
    clearTimeout(this.timer);
    ending.delete(this);
    if (alive.delete(this)) keeper.forget(this.leader);
  }

  /** Whether the number still means this group: once its last process is gone it may be given to a stranger. */
  private isKnown(): boolean {
    if (this.led) return true;
    this.members = successorsOf(this.members, this.leader);
    return this.members.length > 0;
  }

  /** Whether there was anybody to get the signal. */
  private signal(signal: NodeJS.Signals | 0): boolean {
    try {
      return process.kill(-this.leader, signal);
    } catch {
      return false;
    }
  }
}
