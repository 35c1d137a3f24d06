import { type ErrorKind, GatewayError } from '../errors.ts';

/** Nothing was started: another backend may be asked. What is not the program's fault does not count against it. */
const KINDS: Readonly<Record<string, ErrorKind>> = {
  EAGAIN: 'not_processed',
  EMFILE: 'not_processed',
  ENFILE: 'not_processed',
  ENOMEM: 'not_processed',
  E2BIG: 'header_section_too_large',
};

const WORDS: Readonly<Record<string, string>> = {
  EAGAIN: 'this user may have no more processes; lower max-conns, or raise the limit of processes',
  EMFILE: 'the gateway has no file descriptors left; raise its limit of open files',
  ENFILE: 'the system has no file descriptors left',
  ENOMEM: 'the system has no memory left',
  E2BIG: 'the request makes a larger environment than the system allows',
  ENOENT: 'the file, its directory, or the interpreter that its first line names is not there',
  ENOTDIR: 'what its path names as a directory is none',
  EACCES: 'the gateway may not execute it, or the interpreter that its first line names',
  EPERM: 'the system does not let the gateway execute it',
  ENOEXEC: 'it is no program; a script needs a first line such as #!/bin/sh',
  ETXTBSY: 'it is being written',
  ELOOP: 'its path has too many symbolic links',
};

/**
 * Why a program could not be started, as a GatewayError. `oneOfMany`: the backend has others, so that a fault of this one
 * says nothing of the backend, and another attempt would find the same.
 */
export function spawnError(file: string, cause: unknown, oneOfMany = false): GatewayError {
  const code = String((cause as NodeJS.ErrnoException).code ?? '');
  const words = WORDS[code] === undefined ? code || String(cause) : `${WORDS[code]} (${code})`;
  const kind = KINDS[code] ?? (oneOfMany ? 'program_broken' : 'connection_refused');
  return new GatewayError(kind, `cannot run ${file}: ${words}`, cause);
}
