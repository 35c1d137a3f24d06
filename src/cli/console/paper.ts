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

/** Words that are joined by commas, broken into lines that fit, where there is a blank if need be; further lines are indented. */
export function wrapped(words: readonly string[], indent: string, { width }: Paper): string[] {
  const room = width - indent.length;
  const lines: string[] = [];
  let line = '';
  for (const piece of words.flatMap((word, i) => pieces(i < words.length - 1 ? `${word},` : word, room))) {
    const longer = line === '' ? piece : `${line} ${piece}`;
    if (line === '' || longer.length <= room) line = longer;
    else {
      lines.push(indent + line);
      line = piece;
    }
  }
  return line === '' ? lines : [...lines, indent + line];
}

/** A text as it is, or in parts if it is too long for a line. */
function pieces(text: string, room: number): readonly string[] {
  return text.length <= room ? [text] : text.split(' ');
}
