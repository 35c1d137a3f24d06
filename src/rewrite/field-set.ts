import type { FieldLines } from '../fields.ts';

/** Of which message a field is. */
export type Side = 'request' | 'response';

/** The name of a field as others are compared to it: applications that read `_` as `-` take two names of a request for one. */
export function keyOf(name: string, side: Side): string {
  const lower = name.toLowerCase();
  return side === 'request' ? lower.replaceAll('_', '-') : lower;
}

/** Names of fields, and what is left of a message without the fields that have them. */
export class FieldSet {
  readonly #keys: ReadonlySet<string>;
  readonly #side: Side;
  /** Which lengths the names have, so that most fields are told apart without a look at their names. */
  readonly #lengths: Uint8Array;

  constructor(names: Iterable<string>, side: Side) {
    const keys = [...names].map(name => keyOf(name, side));
    this.#keys = new Set(keys);
    this.#side = side;
    this.#lengths = new Uint8Array(1 + Math.max(0, ...keys.map(({ length }) => length)));
    for (const { length } of keys) this.#lengths[length] = 1;
  }

  get isEmpty(): boolean {
    return this.#keys.size === 0;
  }

  /** The lines of all other fields, as they are. */
  without(lines: FieldLines): FieldLines {
    if (this.isEmpty) return lines;
    let kept = '';
    let run = 0;
    for (let at = 0; at < lines.length; ) {
      const colon = lines.indexOf(':', at);
      const next = lines.indexOf('\r\n', colon) + 2;
      if (this.#lengths[colon - at] === 1 && this.#keys.has(keyOf(lines.slice(at, colon), this.#side))) {
        kept += lines.slice(run, at);
        run = next;
      }
      at = next;
    }
    return run === 0 ? lines : kept + lines.slice(run);
  }
}
