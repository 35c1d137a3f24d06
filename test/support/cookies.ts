import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Visitor } from '../../src/cookies/own-cookies.ts';
import type { Message } from './message.ts';
import { temporaryFolder } from './socket-path.ts';

/** A file with a key for cookies. */
export function keyFile(t: TestContext): string {
  const file = join(temporaryFolder(t), 'key');
  writeFileSync(file, randomBytes(32), { mode: 0o600 });
  return file;
}

/** A visitor that brings a Cookie field. */
export function visitorWith(cookie?: string, secure = false): Visitor {
  const field = cookie === undefined ? '' : `Cookie: ${cookie}\r\n`;
  return { fields: `Accept: */*\r\n${field}X-Other: 1\r\n`, ownCookies: '', ownFields: '', secure };
}

/** The `name=value` of the only cookie that an answer sets; undefined: it sets none. */
export function cookieOf(answer: Message): string | undefined {
  return answer.field('set-cookie')?.split(';')[0];
}

/** The first cookie that a visitor was given, as `name=value`. */
export function given({ ownFields }: Visitor): string {
  return /^Set-Cookie: ([^;]+)/.exec(ownFields)![1]!;
}
