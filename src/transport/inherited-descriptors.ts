import type { StdioOptions } from 'node:child_process';
import { openSync, readdirSync, readFileSync } from 'node:fs';

/** O_CLOEXEC of open(2), as /proc shows it: everything that this process opens by itself has it. */
const CLOSED_ON_EXEC = 0o2000000;

/** Descriptors from here on are left as they are: a list up to them would cost more than they are worth. */
const MOST = 1_024;

let known: readonly number[] | undefined;
let nowhere: number | undefined;

/**
 * The descriptors of a child with the first three as given, and nothing behind them: what whoever started this process left
 * open in it would be open in the child, too, so /dev/null takes its place.
 */
export function onlyThree(first: readonly ('pipe' | 'ignore' | number)[]): StdioOptions {
  known ??= inherited();
  if (known.length === 0) return [...first];
  nowhere ??= openSync('/dev/null', 'r+');
  const all: ('pipe' | 'ignore' | number)[] = [...first];
  while (all.length <= known.at(-1)!) all.push(known.includes(all.length) ? nowhere : 'ignore');
  return all;
}

/** Descriptors behind the first three that a child would get, in order; none where the system has no /proc. */
function inherited(): number[] {
  try {
    const all = readdirSync('/proc/self/fd').map(Number);
    const most = Math.min(MOST, limit());
    // As many as are listed are moved out of the way first, and have to find room above.
    return all.filter(descriptor => descriptor + 1 < most && isInherited(descriptor)).sort((a, b) => a - b);
  } catch {
    return [];
  }
}

/** How many descriptors this process may have. */
function limit(): number {
  const line = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'));
  return line === null ? Infinity : Number(line[1]);
}

function isInherited(descriptor: number): boolean {
  if (descriptor < 3) return false;
  try {
    const flags = /^flags:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'latin1'));
    return flags !== null && (Number.parseInt(flags[1]!, 8) & CLOSED_ON_EXEC) === 0;
  } catch {
    // The listing itself was open while it was made.
    return false;
  }
}
