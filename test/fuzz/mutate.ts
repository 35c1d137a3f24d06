import { FRAGMENTS } from './corpus.ts';
import type { Prng } from './prng.ts';

type Mutation = (text: string, random: Prng, corpus: readonly string[]) => string;

/** The text with `removed` characters at a random place replaced. */
function replaced(text: string, random: Prng, removed: number, by: string): string {
  const at = random.below(text.length + 1);
  return text.slice(0, at) + by + text.slice(at + removed);
}

/** The start of one of the text's lines, counted in characters. */
function lineStart(text: string, random: Prng): number {
  return text.lastIndexOf('\n', random.below(text.length + 1)) + 1;
}

/** Where a line that starts at `from` ends, with its line feed. */
function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end + 1;
}

const MUTATIONS: readonly Mutation[] = [
  (text, random) => replaced(text, random, 1, String.fromCharCode(random.below(256))),
  (text, random) => replaced(text, random, 0, String.fromCharCode(random.below(256))),
  (text, random) => replaced(text, random, 1 + random.below(4), ''),
  (text, random) => replaced(text, random, 0, random.pick(FRAGMENTS)),
  (text, random) => replaced(text, random, 1 + random.below(8), random.pick(FRAGMENTS)),
  (text, random) => {
    const at = lineStart(text, random);
    return text.slice(0, at) + random.pick(FRAGMENTS) + text.slice(at);
  },
  (text, random) => {
    const at = lineStart(text, random);
    return (
      text.slice(0, at) + text.slice(at, lineEnd(text, at)).repeat(1 + random.below(30)) + text.slice(at)
    );
  },
  (text, random) => {
    const at = lineStart(text, random);
    return text.slice(0, at) + text.slice(lineEnd(text, at));
  },
  (text, random, corpus) => {
    const other = random.pick(corpus);
    return text.slice(0, random.below(text.length + 1)) + other.slice(random.below(other.length));
  },
  (text, random, corpus) => text + random.pick(corpus),
  (text, random) => replaced(text, random, 0, random.pick(FRAGMENTS).repeat(random.below(300))),
  (text, random) => text.slice(0, random.below(text.length + 1)),
];

/** A text of the corpus, changed up to six times, or not at all. */
export function mutant(random: Prng, corpus: readonly string[]): Buffer {
  let text = random.pick(corpus);
  for (let changes = random.below(7); changes > 0; changes--)
    text = random.pick(MUTATIONS)(text, random, corpus);
  return Buffer.from(text.slice(0, 8192), 'latin1');
}
