import { jsonText } from './escape.ts';

/**
 * A text between two constant parts of a JSON line. Such texts repeat from line to line, so the last result is kept:
 * that saves the search for what has to be escaped and the parts from being joined again, a fifth of a line's cost.
 */
export class Quoted {
  readonly #before: string;
  readonly #after: string;
  #text = '';
  #result: string;

  constructor(before: string, after: string) {
    this.#before = before;
    this.#after = after;
    this.#result = before + after;
  }

  /** The text, escaped, between the parts. */
  of(text: string): string {
    if (text !== this.#text) {
      this.#text = text;
      // By way of a buffer, since a joined string would remain a tree of its parts.
      this.#result = Buffer.from(this.#before + jsonText(text) + this.#after).toString();
    }
    return this.#result;
  }
}
