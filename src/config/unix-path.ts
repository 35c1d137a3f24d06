import { expected, Misread } from './misread.ts';

/** `sun_path` has 108 bytes, the last of which is a NUL. */
const LONGEST = 107;

/** The path of a unix socket, or `@name` for an abstract one; throws Misread if the kernel could not take it. */
export function parseUnixPath(text: string): string {
  if (text === '' || text === '@') throw expected('the path of a socket, or @name for an abstract one', text);
  if (text.includes('\0')) throw new Misread('a path of a socket has no NUL byte');
  const bytes = Buffer.byteLength(text);
  if (bytes > LONGEST) {
    throw new Misread(
      `the path of a socket has at most ${LONGEST} bytes, this one has ${bytes}: use a shorter one`,
    );
  }
  return text;
}
