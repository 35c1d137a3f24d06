import { lstatSync } from 'node:fs';
import { joinHostPort } from '../config/host-port.ts';
import { systemWords } from '../config/system-words.ts';

type SystemError = NodeJS.ErrnoException & { address?: string; hostname?: string; port?: number };

/**
 * Why a listener could not be bound, with its address and a remedy, which may be known better; undefined: it was something
 * else that failed.
 */
export function listenWords(thrown: unknown, remedy?: string): string | undefined {
  const error = thrown as SystemError;
  const named = error.code !== undefined && (error.syscall === 'listen' || error.syscall === 'getaddrinfo');
  if (!named) return undefined;
  const host = error.address ?? error.hostname ?? '';
  const tcp = error.port !== undefined && error.port >= 0;
  if (tcp) {
    const address = joinHostPort(host, error.port!);
    return `cannot listen on ${address}: ${systemWords(error)}; ${remedy ?? tcpRemedy(error)}`;
  }
  if (error.syscall === 'getaddrinfo') {
    return `cannot listen on ${host}: ${systemWords(error)}; give an address instead of a name`;
  }
  const path = host.replace(/^\0/, '@');
  return `cannot listen on unix:${path}: ${unixWords(error, path)}`;
}

function tcpRemedy({ code, port }: SystemError): string {
  if (code === 'EADDRINUSE') {
    return `stop what listens there (ss -ltnp 'sport = :${port}' names it), or give another address with --listen`;
  }
  if (code === 'EACCES' && port! < 1024) {
    return 'ports below 1024 need the capability CAP_NET_BIND_SERVICE: grant it, or take a higher port';
  }
  if (code === 'EADDRNOTAVAIL') return 'ip addr lists the addresses; :PORT listens on all of them';
  return 'give another address with --listen';
}

function unixWords(error: SystemError, path: string): string {
  if (error.code === 'EADDRINUSE') {
    return isOccupied(path)
      ? 'something that is no socket lies there; move it away, or give another path with --listen'
      : 'a process listens there; stop it, or give another path with --listen';
  }
  // The runtime reports a missing directory as EACCES, too.
  if (error.code === 'EACCES') {
    return 'its directory does not exist, or this user may not write to it';
  }
  return `${systemWords(error)}; give another path with --listen`;
}

/** Whether something other than a socket lies at a path. */
function isOccupied(path: string): boolean {
  try {
    return !path.startsWith('@') && !lstatSync(path).isSocket();
  } catch {
    return false;
  }
}
