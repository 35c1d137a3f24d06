import { joinHostPort } from '../config/host-port.ts';
import { systemWords } from '../config/system-words.ts';
import { Failure } from './usage-error.ts';

type SystemError = NodeJS.ErrnoException & { address?: string; hostname?: string; port?: number };

/** A listener that could not be bound, with its address and a remedy; anything else unchanged. */
export function listenFailure(thrown: unknown): unknown {
  const error = thrown as SystemError;
  const named = error.code !== undefined && (error.syscall === 'listen' || error.syscall === 'getaddrinfo');
  if (!named) return thrown;
  const host = error.address ?? error.hostname ?? '';
  const tcp = error.port !== undefined && error.port >= 0;
  const address = tcp ? joinHostPort(host, error.port!) : host;
  return new Failure(`cannot listen on ${address}: ${systemWords(error)}; ${remedy(error, tcp)}`);
}

function remedy({ code, port }: SystemError, tcp: boolean): string {
  if (code === 'EADDRINUSE' && tcp) {
    return `stop what listens there (ss -ltnp 'sport = :${port}' names it), or give another address with --listen`;
  }
  if (code === 'EADDRINUSE') return 'stop what listens there, or give another path with --listen';
  if (code === 'EACCES' && tcp && port! < 1024) {
    return 'ports below 1024 need the capability CAP_NET_BIND_SERVICE: grant it, or take a higher port';
  }
  if (code === 'EACCES') return 'take a directory that this user may write to';
  if (code === 'EADDRNOTAVAIL') return 'ip addr lists the addresses; :PORT listens on all of them';
  return 'give another address with --listen';
}
