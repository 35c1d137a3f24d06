import { styleText } from 'node:util';

/** What a text says of the thing that it is about. */
export type Mood = 'good' | 'doubtful' | 'bad' | 'title' | 'faint';

const STYLES = { good: 'green', doubtful: 'yellow', bad: 'red', title: 'bold', faint: 'dim' } as const;

/** Where words for people are written: how wide it is, and whether it has colours. */
export interface Paper {
  readonly width: number;
  readonly colour: boolean;
}

/** Letters in a line where nobody says how many there is room for. */
const USUAL = 80;

const NARROWEST = 40;

/** What is known of an output; a terminal has colours unless NO_COLOR or TERM=dumb says otherwise. */
export function paperOf(
  output: { readonly isTTY?: boolean; readonly columns?: number },
  environment: NodeJS.ProcessEnv = process.env,
): Paper {
  const columns = output.isTTY ? (output.columns ?? USUAL) : Number(environment['COLUMNS'] ?? USUAL);
  const plain = Boolean(environment['NO_COLOR']) || environment['TERM'] === 'dumb';
  return {
    width: columns >= NARROWEST ? columns : columns > 0 ? NARROWEST : USUAL,
    colour: output.isTTY === true && !plain,
  };
}

/** A text in the colour of a mood, where there are colours. */
export function painted(text: string, mood: Mood | undefined, { colour }: Paper): string {
  return colour && mood !== undefined ? styleText(STYLES[mood], text, { validateStream: false }) : text;
}

/** Words that are joined by commas, broken into lines that fit; further lines are indented. */
export function wrapped(words: readonly string[], indent: string, { width }: Paper): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    const longer = line === '' ? word : `${line}, ${word}`;
    if (line === '' || indent.length + longer.length + 1 <= width) line = longer;
    else {
      lines.push(`${indent}${line},`);
      line = word;
    }
  }
  return line === '' ? lines : [...lines, `${indent}${line}`];
}
