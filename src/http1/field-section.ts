import type { ErrorKind } from '../errors.ts';
import { GatewayError } from '../errors.ts';
import { CLASS, COLON, CR, HTAB, LF, SP, TEXT, TOKEN } from './bytes.ts';
import { fieldCodeAt } from './field-name.ts';
import { byteName, type MessageKind, quoted, refusal } from './refusal.ts';

/** What the next byte is part of. */
const START = 0;
const NAME = 1;
const PADDING = 2;
const VALUE = 3;
const LINE_FEED = 4;
const LAST_LINE_FEED = 5;
const COMPLETE = 6;

/** Offsets that are kept of each field: start and end of the name, start and end of the value. */
const MARKS = 4;

/**
 * Reads field lines (RFC 9112, 5) and notes where names and values stand, so that strings are made once, at the end. It
 * can stop after any byte and go on with the next; what it finds does not depend on where it stopped.
 */
export class FieldSection {
  count = 0;
  /** The codes of the names, once the section is complete. */
  codes: Uint8Array = new Uint8Array(32);
  private phase = START;
  private marks = new Int32Array(32 * MARKS);
  private kind: MessageKind = 'http_request_error';
  private sizeKind: ErrorKind = 'header_section_too_large';
  private fieldCount = 0;
  private bareLineFeeds = false;

  /**
   * Makes it ready for a new message: the kinds of error that bad bytes and too many fields mean, how many are too many,
   * and whether a line may end in a line feed alone.
   */
  reset(kind: MessageKind, sizeKind: ErrorKind, fieldCount: number, bareLineFeeds: boolean): void {
    this.count = 0;
    this.phase = START;
    this.kind = kind;
    this.sizeKind = sizeKind;
    this.fieldCount = fieldCount;
    this.bareLineFeeds = bareLineFeeds;
  }

  /**
   * Reads on in bytes[from, end), where the message starts at `base`. Returns the index after the empty line that ends
   * the section, or -1 when it took all and needs more. Throws GatewayError.
   */
  scan(bytes: Buffer, base: number, from: number, end: number): number {
    let at = from;
    while (at < end) {
      if (this.phase === START) at = this.takeLines(bytes, base, at, end);
      if (at < end) this.step(bytes, base, at++);
      if (this.phase === COMPLETE) return at;
    }
    return -1;
  }

  /**
   * Takes field lines for as long as they are whole and good, and returns the index of the first line that is not, or
   * is empty. Nothing but a short cut through `step`, in local variables: it halves the time of a head.
   */
  private takeLines(bytes: Buffer, base: number, from: number, end: number): number {
    const most = Math.min(this.fieldCount, this.marks.length / MARKS);
    // An import is read anew at each use, a constant is not: a fifth of this loop's time.
    const classes = CLASS;
    const token = TOKEN;
    const text = TEXT;
    const marks = this.marks;
    let count = this.count;
    let line = from;
    for (; count < most; count++) {
      let at = line;
      while (at < end && (classes[bytes[at]!]! & token) !== 0) at++;
      if (at === end || at === line || bytes[at] !== COLON) break;
      const nameEnd = at++;
      while (at < end && (bytes[at] === SP || bytes[at] === HTAB)) at++;
      const value = at;
      while (at < end && (classes[bytes[at]!]! & text) !== 0) at++;
      if (at + 1 >= end || bytes[at] !== CR || bytes[at + 1] !== LF) break;
      const mark = count * MARKS;
      marks[mark] = line - base;
      marks[mark + 1] = nameEnd - base;
      marks[mark + 2] = value - base;
      marks[mark + 3] = at - base;
      line = at + 2;
    }
    this.count = count;
    return line;
  }

  /** Takes one byte. */
  private step(bytes: Buffer, base: number, at: number): void {
    const byte = bytes[at]!;
    const offset = at - base;
    const mark = this.count * MARKS;
    switch (this.phase) {
      case START:
        if (byte === CR) this.phase = LAST_LINE_FEED;
        else if (byte === LF && this.bareLineFeeds) this.phase = COMPLETE;
        else this.open(bytes, base, at);
        break;
      case NAME:
        if (byte === COLON) this.end(mark + 1, offset, PADDING);
        else if ((CLASS[byte]! & TOKEN) === 0) throw this.badName(bytes, base, at);
        break;
      case PADDING:
        if (isPadding(byte)) break;
        this.end(mark + 2, offset, VALUE);
        this.stepValue(bytes, base, at);
        break;
      case VALUE:
        this.stepValue(bytes, base, at);
        break;
      default:
        if (byte !== LF) throw this.bareReturn(byte);
        if (this.phase === LINE_FEED) this.count++;
        this.phase = this.phase === LINE_FEED ? START : COMPLETE;
    }
  }

  private stepValue(bytes: Buffer, base: number, at: number): void {
    const byte = bytes[at]!;
    if (byte === CR) this.end(this.count * MARKS + 3, at - base, LINE_FEED);
    else if (byte === LF && this.bareLineFeeds) this.end(this.count++ * MARKS + 3, at - base, START);
    else if ((CLASS[byte]! & TEXT) === 0) throw this.badValue(bytes, base, at);
  }

  private end(mark: number, offset: number, phase: number): void {
    this.marks[mark] = offset;
    this.phase = phase;
  }

  private open(bytes: Buffer, base: number, at: number): void {
    if (this.count === this.fieldCount) {
      throw new GatewayError(this.sizeKind, `more than ${this.fieldCount} fields in one message`);
    }
    const mark = this.count * MARKS;
    if (mark === this.marks.length) {
      const more = new Int32Array(mark * 2);
      more.set(this.marks);
      this.marks = more;
      this.codes = new Uint8Array(more.length / MARKS);
    }
    this.end(mark, at - base, NAME);
    if ((CLASS[bytes[at]!]! & TOKEN) === 0) throw this.badName(bytes, base, at);
  }

  /** Takes note of the names that are known and of where values end, while the bytes are there. */
  complete(bytes: Buffer, base: number): void {
    const marks = this.marks;
    for (let i = 0, mark = 0; i < this.count; i++, mark += MARKS) {
      this.codes[i] = fieldCodeAt(bytes, base + marks[mark]!, base + marks[mark + 1]!);
      const value = base + marks[mark + 2]!;
      let valueEnd = base + marks[mark + 3]!;
      while (valueEnd > value && isPadding(bytes[valueEnd - 1]!)) valueEnd--;
      marks[mark + 3] = valueEnd - base;
    }
  }

  /** The name of a field in the text of the whole message. */
  name(text: string, index: number): string {
    return text.slice(this.marks[index * MARKS], this.marks[index * MARKS + 1]);
  }

  /** The value of a field, without the space around it. */
  value(text: string, index: number): string {
    return text.slice(this.marks[index * MARKS + 2], this.marks[index * MARKS + 3]);
  }

  /** Fields as lines of the one form in which the gateway writes them; those that came in it are sliced out together. */
  lines(text: string, from: number, to: number): string {
    let lines = '';
    let run = from;
    for (let i = from; i < to; i++) {
      if (this.isPlain(text, i)) continue;
      if (run < i) lines += this.slice(text, run, i);
      lines += `${this.name(text, i)}: ${this.value(text, i)}\r\n`;
      run = i + 1;
    }
    return run < to ? lines + this.slice(text, run, to) : lines;
  }

  private slice(text: string, from: number, to: number): string {
    return text.slice(this.marks[from * MARKS], this.marks[to * MARKS - 1]! + 2);
  }

  /** Whether a field stands there as it would be written: one space before its value, none behind. */
  private isPlain(text: string, index: number): boolean {
    const mark = index * MARKS;
    const space = this.marks[mark + 1]! + 1;
    if (this.marks[mark + 2] !== space + 1 || text.charCodeAt(space) !== SP) return false;
    return text.charCodeAt(this.marks[mark + 3]!) === CR;
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
 * A section for one message, as `reset` makes it. Most heads arrive whole, so one object goes from hand to hand and a
 * connection that waits for a head has none.
 */
export function borrowSection(
  kind: MessageKind,
  sizeKind: ErrorKind,
  fieldCount: number,
  bareLineFeeds = false,
): FieldSection {
  const section = spare ?? new FieldSection();
  spare = undefined;
  section.reset(kind, sizeKind, fieldCount, bareLineFeeds);
  return section;
}

/** Takes a section back once its message is read. */
export function returnSection(section: FieldSection): void {
  spare = section;
}
