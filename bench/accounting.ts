import { readdirSync, readFileSync } from 'node:fs';

/** The fields of `/proc/PID/stat` that the bench reads (proc(5)). */
export interface ProcessStat {
  readonly pid: number;
  readonly group: number;
  /** User and system time of all threads and of children that were waited for, in clock ticks. */
  readonly ticks: number;
}

/** What the kernel calls USER_HZ: the unit of times in `/proc`, the same on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Reads a line of `/proc/PID/stat`; the command in it may hold spaces and parentheses. */
export function parseStat(line: string): ProcessStat {
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]) + Number(fields[13]) + Number(fields[14]);
  return { pid: Number.parseInt(line, 10), group: Number(fields[2]), ticks };
}

/** The resident size in KiB that `/proc/PID/smaps_rollup` states; 0 if it states none. */
export function parseResident(text: string): number {
  return Number(/^Rss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0);
}

/** CPU microseconds, user and system, that the processes of a group have used so far. */
export function groupCpu(group: number): number {
  let ticks = 0;
  for (const stat of groupMembers(group)) ticks += stat.ticks;
  return (ticks * 1e6) / TICKS_PER_SECOND;
}

/**
 * Resident KiB of the processes of a group together. From `smaps_rollup`, since the counter in `stat` may lag behind
 * by some pages for each core.
 */
export function groupResident(group: number): number {
  let resident = 0;
  for (const { pid } of groupMembers(group)) resident += parseResident(readProc(`${pid}/smaps_rollup`) ?? '');
  return resident;
}

function groupMembers(group: number): ProcessStat[] {
  const members: ProcessStat[] = [];
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const line = readProc(`${entry}/stat`);
    if (line === undefined) continue;
    const stat = parseStat(line);
    if (stat.group === group) members.push(stat);
  }
  return members;
}

/** A process may end between the listing and the reading. */
function readProc(path: string): string | undefined {
  try {
    return readFileSync(`/proc/${path}`, 'latin1');
  } catch {
    return undefined;
  }
}
