import { type ChildProcess, spawn } from 'node:child_process';
import { onlyThree } from './inherited-descriptors.ts';

/**
 * Learns the numbers of process groups from its input, and ends those groups when the input ends: its writer is gone then,
 * however that came about. TERM first; after two seconds KILL for what is left.
 */
const SCRIPT = `
trap '' INT TERM HUP QUIT
all=' '
while read -r verb group; do
  case $verb in
    add) all="$all$group " ;;
    del) case $all in *" $group "*) all="\${all%%" $group "*} \${all#*" $group "}" ;; esac ;;
  esac
done
tell() { for group in $all; do kill "-$1" "-$group" 2>/dev/null && told=yes; done; }
told=
tell TERM
for turn in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  [ -n "$told" ] || exit 0
  sleep 0.1
  told=
  tell 0
done
tell KILL
`;

/** Bytes that it may leave unread until another takes its place. */
const MOST_UNREAD = 65_536;

/** Milliseconds between two starts, should it not last. */
const PACE = 1_000;

/** A small process that outlives this one, and then ends the process groups that this one had started. */
class Keeper {
  readonly #groups = new Set<number>();
  #child: ChildProcess | null = null;
  #timer: NodeJS.Timeout | undefined;

  /** To be called before a process is started: what is killed right after that leaves nothing behind if the keeper was there. */
  prepare(): void {
    if (this.#child === null && this.#timer === undefined) this.#start();
  }

  /** The group that the process leads will not outlive this process for long. */
  keep(pid: number): void {
    if (this.#groups.has(pid)) return;
    this.#groups.add(pid);
    if (this.#child !== null) this.#write(`add ${pid}\n`);
    else if (this.#timer === undefined) this.#start();
  }

  /** The group is gone, or may go on; its number may mean another from now on. */
  forget(pid: number): void {
    if (this.#groups.delete(pid) && this.#child !== null) this.#write(`del ${pid}\n`);
  }

  #write(line: string): void {
    const { stdin } = this.#child!;
    stdin!.write(line);
    // One that does not read is of no use; its successor is told of all groups anew.
    if (stdin!.writableLength > MOST_UNREAD) this.#child!.kill('SIGKILL');
  }

  #start(): void {
    let child: ChildProcess;
    try {
      child = startKeeper();
    } catch {
      this.#startLater();
      return;
    }
    this.#child = child;
    child.on('error', () => this.#lost(child));
    child.on('exit', () => this.#lost(child));
    child.stdin!.on('error', () => {});
    child.unref();
    (child.stdin as unknown as { unref(): void }).unref();
    for (const group of this.#groups) child.stdin!.write(`add ${group}\n`);
  }

  #lost(child: ChildProcess): void {
    if (this.#child !== child) return;
    this.#child = null;
    this.#startLater();
  }

  #startLater(): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#groups.size > 0) this.#start();
    }, PACE);
    this.#timer.unref();
  }
}

/** In a session of its own, so that no signal to the terminal's processes reaches it, and in no directory that anybody misses. */
function startKeeper(): ChildProcess {
  return spawn('/bin/sh', ['-c', SCRIPT, 'sluice-keeper'], {
    cwd: '/',
    env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
    stdio: onlyThree(['pipe', 'ignore', 'ignore']),
    detached: true,
  });
}

/** The keeper of this process; it is started when there is something to keep. */
export const keeper = new Keeper();
