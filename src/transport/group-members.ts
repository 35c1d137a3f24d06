import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** A process, told apart by its start from a later one with the same number. */
export interface Member {
  readonly pid: number;
  /** In the system's own count since it booted. */
  readonly startedAt: string;
}

/** Places in /proc/PID/stat behind the name, which ends in the last parenthesis (proc(5)). */
const STATE = 0;
const GROUP = 2;
const START = 19;

/** So often a group that is there is looked through for somebody who has not ended. */
const LOOKS = 5;

/** The processes of a group that have not ended; none where the system has no /proc. */
export function membersOf(group: number): Member[] {
  let members: Member[] = [];
  // Those that come and go may all do so while the list is read.
  for (let look = 0; look < LOOKS && members.length === 0 && isThere(group); look++) members = seenIn(group);
  return members;
}

/** Whether anybody is in a group, be it that all have ended and their parents have not heard of it. */
function isThere(group: number): boolean {
  try {
    return process.kill(-group, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function seenIn(group: number): Member[] {
  let entries: string[];
  try {
    entries = readdirSync('/proc');
  } catch {
    return [];
  }
  return entries.flatMap(entry => {
    const pid = Number(entry);
    const startedAt = Number.isNaN(pid) ? '' : startIn(pid, group);
    return startedAt === '' ? [] : [{ pid, startedAt }];
  });
}

/**
 * The processes of a group whose leader has ended, of whom some were known; none once it is another's. A number is not given
 * away as long as a group goes by it: where nobody has it, those who are in the group now were started by those before.
 */
export function successorsOf(members: readonly Member[], group: number): Member[] {
  if (members.length === 0) return [];
  const isSame = members.some(member => isMember(member, group)) || !existsSync(`/proc/${group}`);
  return isSame ? membersOf(group) : [];
}

/** Whether that very process still runs, in that group. */
function isMember({ pid, startedAt }: Member, group: number): boolean {
  return startIn(pid, group) === startedAt;
}

/** When a process of the group started; empty: it has ended, or is in another group. */
function startIn(pid: number, group: number): string {
  const fields = statOf(pid);
  return fields[GROUP] === String(group) && fields[STATE] !== 'Z' ? fields[START]! : '';
}

function statOf(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}
