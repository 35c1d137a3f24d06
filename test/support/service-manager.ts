import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { afterwards } from './afterwards.ts';
import { findCommand } from './debian.ts';
import { eventually } from './eventually.ts';
import { socketPath } from './socket-path.ts';

/** Prints the datagrams of a unix socket, one a line; descriptors that come with one are dropped, which ends a barrier. */
const RECEIVER = `
use Socket;
socket(my $s, AF_UNIX, SOCK_DGRAM, 0) or die $!;
bind($s, pack_sockaddr_un($ARGV[0])) or die $!;
$| = 1;
print "ready\\n";
while (defined recv($s, my $text, 65536, 0)) { $text =~ s/\\n/ /g; print "$text\\n" }
`;

/** What hears a gateway at NOTIFY_SOCKET in the place of a service manager. */
export class NotifySocket {
  readonly path: string;
  readonly #heard: string[] = [];

  constructor(path: string, child: ChildProcess) {
    this.path = path;
    child.stdout!.setEncoding('utf8').on('data', (text: string) => this.#heard.push(text));
  }

  /** All that was said, a message a line. */
  get heard(): string {
    return this.#heard.join('');
  }

  /** Resolves when something has been said. */
  hears(pattern: RegExp): Promise<void> {
    return eventually(`${pattern} is said`, () => pattern.test(this.heard));
  }
}

/** Opens a socket for notifications; it is closed after the test. */
export async function notifySocket(t: TestContext): Promise<NotifySocket> {
  const path = socketPath(t);
  const child = spawn(findCommand('perl')!, ['-e', RECEIVER, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(child, 'exit');
  afterwards(t, () => {
    child.kill('SIGKILL');
    return gone;
  });
  const socket = new NotifySocket(path, child);
  await socket.hears(/^ready$/m);
  return socket;
}

/**
 * The words by which a shell starts a command as a service manager does: it has the number that LISTEN_PID names, and so
 * many descriptors from 3 on.
 */
export function asService(words: readonly string[], count: number, names = ''): string[] {
  const script = `LISTEN_PID=$$ LISTEN_FDS=${count} LISTEN_FDNAMES='${names}' exec "$@"`;
  return ['/bin/sh', '-c', script, 'sh', ...words];
}
