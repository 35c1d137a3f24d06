import { readdirSync, readFileSync } from 'node:fs';

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

/** The processes of a group that have not ended; none where the system has no /proc. */
export function membersOf(group: number): Member[] {
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

/** Whether that very process still runs, in that group. */
export function isMember({ pid, startedAt }: Member, group: number): boolean {
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
