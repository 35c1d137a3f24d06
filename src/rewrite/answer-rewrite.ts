import type { AnswerEditor, Exchange } from '../exchange.ts';
import type { FieldLines } from '../fields.ts';
import type { FieldEdits } from './field-edits.ts';
import type { Passed, Reversal } from './reversal.ts';

/** Changes the fields of the answers to one request; what depends on the request has been made when it came. */
export class AnswerRewrite implements AnswerEditor {
  readonly #edits: FieldEdits;
  readonly #lines: FieldLines;
  readonly #reversal: Reversal;
  readonly #passed: Passed | null;

  /** `passed`: null if nothing is to be mapped back. */
  constructor(edits: FieldEdits, lines: FieldLines, reversal: Reversal, passed: Passed | null) {
    this.#edits = edits;
    this.#lines = lines;
    this.#reversal = reversal;
    this.#passed = passed;
  }

  edit(exchange: Exchange, _status: number, fields: FieldLines): FieldLines {
    const kept = this.#edits.dropped.without(fields);
    return (this.#passed === null ? kept : this.#mapped(kept, exchange, this.#passed)) + this.#lines;
  }

  /** A path that an application names, as the client would. */
  pathFor(exchange: Exchange, path: string): string {
    return this.#passed === null ? path : this.#reversal.url(path, exchange, this.#passed);
  }

  #mapped(fields: FieldLines, exchange: Exchange, passed: Passed): FieldLines {
    let mapped = '';
    let run = 0;
    for (let at = 0; at < fields.length; ) {
      const colon = fields.indexOf(':', at);
      const end = fields.indexOf('\r\n', colon);
      if (isMapped(colon - at)) {
        const value = fields.slice(colon + 2, end);
        const changed = this.#value(fields.slice(at, colon).toLowerCase(), value, exchange, passed);
        if (changed !== value) {
          mapped += fields.slice(run, colon + 2) + changed;
          run = end;
        }
      }
      at = end + 2;
    }
    return run === 0 ? fields : mapped + fields.slice(run);
  }

  #value(name: string, value: string, exchange: Exchange, passed: Passed): string {
    switch (name) {
      case 'location':
      case 'content-location':
        return this.#reversal.url(value, exchange, passed);
      case 'refresh':
        return this.#reversal.refresh(value, exchange, passed);
      case 'set-cookie':
        return this.#reversal.cookie(value, exchange, passed);
      default:
        return value;
    }
  }
}

/** Whether a name may be that of a field that is mapped, by its length. */
function isMapped(length: number): boolean {
  return length === 7 || length === 8 || length === 10 || length === 16;
}
