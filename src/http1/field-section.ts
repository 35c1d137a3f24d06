import type { ErrorKind } from '../errors.ts';
import { GatewayError } from '../errors.ts';
import { CLASS, COLON, CR, HTAB, LF, SP, TEXT, TOKEN } from './bytes.ts';
import { fieldCodeAt } from './field-name.ts';
import { byteName, type MessageKind, quoted, refusal } from './refusal.ts';

/** Where in a field line the next byte stands. */
const START = 0;
const NAME = 1;
const PADDING = 2;
const VALUE = 3;
const LINE_FEED = 4;
const LAST_LINE_FEED = 5;

/** Offsets that are kept of each field: start and end of the name, start and end of the value. */
const MARKS = 4;

/**
 * Reads field lines (RFC 9112, 5) byte by byte and notes where names and values stand, so that strings are made once,
 * at the end. It can stop after any byte and go on with the next; what it finds does not depend on where it stopped.
 */
export class FieldSection {
  count = 0;
  private phase = START;
  private marks = new Int32Array(32 * MARKS);
  private kind: MessageKind = 'http_request_error';
  private sizeKind: ErrorKind = 'header_section_too_large';
  private fieldCount = 0;

  /** Makes it ready for a new message: the kinds of error that bad bytes and too many fields mean, and how many are. */
  reset(kind: MessageKind, sizeKind: ErrorKind, fieldCount: number): void {
    this.count = 0;
    this.phase = START;
    this.kind = kind;
    this.sizeKind = sizeKind;
    this.fieldCount = fieldCount;
  }

  /**
   * Reads on in bytes[at, end), where the message starts at `base`. Returns the index after the empty line that ends
   * the section, or -1 when it took all and needs more. Throws GatewayError.
   */
  scan(bytes: Buffer, base: number, at: number, end: number): number {
    while (at < end) {
      if (this.phase === LAST_LINE_FEED) {
        if (bytes[at] !== LF) throw this.bareReturn(bytes[at]!);
        return at + 1;
      }
      if (this.phase === START && bytes[at] === CR) {
        this.phase = LAST_LINE_FEED;
        at++;
      } else at = this.scanLine(bytes, base, at, end);
    }
    return -1;
  }

  /** Reads on in one field line; where `end` comes first, `phase` says where to go on. */
  private scanLine(bytes: Buffer, base: number, from: number, end: number): number {
    let phase = this.phase;
    if (phase === START) this.open(from - base);
    const marks = this.marks;
    const mark = this.count * MARKS;
    let at = from;
    if (phase <= NAME) {
      while (at < end && (CLASS[bytes[at]!]! & TOKEN) !== 0) at++;
      if (at === end) return this.pause(NAME, at);
      if (bytes[at] !== COLON || at - base === marks[mark]) throw this.badName(bytes, base, at);
      marks[mark + 1] = at++ - base;
      phase = PADDING;
    }
    if (phase === PADDING) {
      while (at < end && (bytes[at] === SP || bytes[at] === HTAB)) at++;
      if (at === end) return this.pause(PADDING, at);
      marks[mark + 2] = at - base;
      phase = VALUE;
    }
    if (phase === VALUE) {
      while (at < end && (CLASS[bytes[at]!]! & TEXT) !== 0) at++;
      if (at === end) return this.pause(VALUE, at);
      if (bytes[at] !== CR) throw this.badValue(bytes, base, at);
      marks[mark + 3] = at++ - base;
    }
    if (at === end) return this.pause(LINE_FEED, at);
    if (bytes[at] !== LF) throw this.bareReturn(bytes[at]!);
    this.count++;
    return this.pause(START, at + 1);
  }

  private pause(phase: number, at: number): number {
    this.phase = phase;
    return at;
  }

  private open(offset: number): void {
    if (this.count === this.fieldCount) {
      throw new GatewayError(this.sizeKind, `more than ${this.fieldCount} fields in one message`);
    }
    const mark = this.count * MARKS;
    if (mark === this.marks.length) {
      const more = new Int32Array(mark * 2);
      more.set(this.marks);
      this.marks = more;
    }
    this.marks[mark] = offset;
  }

  /**
   * The fields as name, value, name, value. `text` holds what lies from `base` on in `bytes`; `codes` is filled with the
   * codes of the names and must have room for `count` of them.
   */
  read(text: string, bytes: Buffer, base: number, codes: Uint8Array): string[] {
    const fields = new Array<string>(this.count * 2);
    const marks = this.marks;
    for (let i = 0, mark = 0; i < this.count; i++, mark += MARKS) {
      const name = marks[mark]!;
      const nameEnd = marks[mark + 1]!;
      const value = marks[mark + 2]!;
      let valueEnd = marks[mark + 3]!;
      while (valueEnd > value && isPadding(bytes[base + valueEnd - 1]!)) valueEnd--;
      fields[i * 2] = text.slice(name, nameEnd);
      fields[i * 2 + 1] = text.slice(value, valueEnd);
      codes[i] = fieldCodeAt(bytes, base + name, base + nameEnd);
    }
    return fields;
  }

  private badName(bytes: Buffer, base: number, at: number): GatewayError {
    const start = base + this.marks[this.count * MARKS]!;
    const byte = bytes[at]!;
    const place = `field ${this.count + 1}`;
    if (at > start) {
      const name = quoted(bytes.toString('latin1', start, at));
      return refusal(
        this.kind,
        `${place}: ${byteName(byte)} after ${name}: a colon must follow the name at once`,
      );
    }
    if (isPadding(byte))
      return refusal(this.kind, `${place}: a folded line; every field must be on one line`);
    return refusal(this.kind, `${place}: begins with ${byteName(byte)} where a field name must stand`);
  }

  private badValue(bytes: Buffer, base: number, at: number): GatewayError {
    const mark = this.count * MARKS;
    const name = bytes.toString('latin1', base + this.marks[mark]!, base + this.marks[mark + 1]!);
    return refusal(this.kind, `field ${quoted(name)}: ${byteName(bytes[at]!)} may not stand in a value`);
  }

  private bareReturn(byte: number): GatewayError {
    const what = `${byteName(byte)} after a carriage return, where only a line feed may stand`;
    return refusal(this.kind, `field ${this.count + 1}: ${what}`);
  }
}

function isPadding(byte: number): boolean {
  return byte === SP || byte === HTAB;
}

let spare: FieldSection | undefined;

/**
 * A section for one message. Most heads arrive whole, so one object goes from hand to hand and a connection that
 * waits for a head has none.
 */
export function borrowSection(kind: MessageKind, sizeKind: ErrorKind, fieldCount: number): FieldSection {
  const section = spare ?? new FieldSection();
  spare = undefined;
  section.reset(kind, sizeKind, fieldCount);
  return section;
}

/** Takes a section back once its message is read. */
export function returnSection(section: FieldSection): void {
  spare = section;
}
