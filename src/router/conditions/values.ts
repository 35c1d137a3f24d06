import { toByteText } from '../../config/byte-text.ts';
import { Pattern } from '../../pattern.ts';

/** Texts as a condition lists them: some as they are, some by regular expressions. All are bytes as latin1. */
export class Values {
  readonly texts: ReadonlySet<string>;
  readonly patterns: readonly Pattern[];
  private readonly any: boolean;

  /** As configured, regular expressions behind `~`; none: any text is meant. Throws PatternError. */
  constructor(values: readonly string[]) {
    const bytes = values.map(toByteText);
    this.any = values.length === 0;
    this.texts = new Set(bytes.filter(value => !isPattern(value)));
    this.patterns = bytes.filter(isPattern).map(value => new Pattern(value.slice(1)));
  }

  /** Whether a text is one of them. */
  has(text: string): boolean {
    if (this.any || this.texts.has(text)) return true;
    for (const pattern of this.patterns) if (pattern.test(text)) return true;
    return false;
  }
}

/** Whether a value of a condition is a regular expression. */
export function isPattern(value: string): boolean {
  return value.startsWith('~');
}
