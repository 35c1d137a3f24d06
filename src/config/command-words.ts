import { expected, Misread, show } from './misread.ts';

const WHAT = "a command such as 'php-cgi -d memory_limit=256M'";

/** What a shell would take for more than a word. */
const SHELL = /^(?:[|&;<>]+|\d?>+&?\S*)$/;

/** The words of a command: a list, or a text in which quotes and backslashes keep words together; throws Misread. */
export function parseCommand(value: unknown): readonly string[] {
  const words = Array.isArray(value) ? value.map(toWord) : splitWords(value);
  if (words.length === 0 || words[0] === '') throw expected(WHAT, undefined);
  if (words.some(word => word.includes('\0'))) throw new Misread('a command has no NUL byte');
  return words;
}

function toWord(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw expected('a word of the command', value);
}

/** Splits as a shell does, but replaces nothing: `$`, `*` and `~` stand for themselves. */
function splitWords(value: unknown): string[] {
  if (typeof value !== 'string') throw expected(WHAT, value);
  const words: string[] = [];
  const part = /\s+|'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^\s'"\\]+)/suy;
  let word: string | undefined;
  while (part.lastIndex < value.length) {
    const at = part.lastIndex;
    const match = part.exec(value);
    if (match === null) throw new Misread(`a quote is not closed in the command ${show(value.slice(at))}`);
    const [, single, double, escaped, plain] = match;
    const piece = single ?? double?.replace(/\\(["\\])/g, '$1') ?? escaped ?? plain;
    if (plain !== undefined && word === undefined) refuseShell(plain);
    if (piece !== undefined) word = (word ?? '') + piece;
    else if (word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}

function refuseShell(word: string): void {
  if (!SHELL.test(word)) return;
  throw new Misread(
    `no shell reads the command, so ${show(word)} would be an argument: write sh -c '..' around it, or quote it`,
  );
}
