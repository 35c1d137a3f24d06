import { readFileSync } from 'node:fs';
import type { SpawnConfig } from '../config/config.ts';

/** Whom a process runs as. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

/** Where the system keeps its users and groups. */
export interface AccountFiles {
  readonly passwd: string;
  readonly group: string;
}

const FILES: AccountFiles = { passwd: '/etc/passwd', group: '/etc/group' };

/** The account that a process is to run as; undefined: the gateway's own. Throws an Error that names what is wrong. */
export function accountOf({ user, group }: SpawnConfig, files: AccountFiles = FILES): Account | undefined {
  if (user === '' && group === '') return undefined;
  const mine = { name: '', uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0, home: '/' };
  const found = user === '' ? mine : userOf(user, files.passwd, group !== '');
  const account = group === '' ? found : { ...found, gid: groupOf(group, files.group) };
  if (mine.uid !== 0 && (account.uid !== mine.uid || account.gid !== mine.gid)) {
    throw new Error(
      'only root may start processes of another user or group; run the gateway as root, or leave user and group out',
    );
  }
  return mine.uid === 0 ? account : undefined;
}

/** A user's line is name:password:uid:gid:comment:home:shell (passwd(5)). */
function userOf(user: string, file: string, hasGroup: boolean): Account {
  const line = lineOf(file, user, 2);
  if (line !== undefined) {
    return { name: line[0]!, uid: Number(line[2]), gid: Number(line[3]), home: line[5] || '/' };
  }
  if (!isNumber(user))
    throw new Error(`there is no user ${user} in ${file}; name one that is, or its number`);
  if (!hasGroup)
    throw new Error(`the user ${user} is not in ${file}, so its group is not known; give a group, too`);
  return { name: user, uid: Number(user), gid: 0, home: '/' };
}

/** A group's line is name:password:gid:members (group(5)). */
function groupOf(group: string, file: string): number {
  const line = lineOf(file, group, 2);
  if (line !== undefined) return Number(line[2]);
  if (isNumber(group)) return Number(group);
  throw new Error(`there is no group ${group} in ${file}; name one that is, or its number`);
}

function lineOf(file: string, wanted: string, numberAt: number): string[] | undefined {
  const lines = read(file)
    .split('\n')
    .map(line => line.split(':'));
  const byName = lines.find(line => line.length > numberAt && line[0] === wanted);
  return byName ?? (isNumber(wanted) ? lines.find(line => line[numberAt] === wanted) : undefined);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function isNumber(text: string): boolean {
  return /^\d+$/.test(text);
}
