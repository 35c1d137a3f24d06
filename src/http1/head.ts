import type { FieldLines } from '../fields.ts';
import { type FieldSection, returnSection } from './field-section.ts';
import { KeptBytes } from './kept-bytes.ts';

/** What a head may take: bytes of the whole head, number of fields, bytes of the request target. */
export interface HeadLimits {
  readonly headBytes: number;
  readonly fieldCount: number;
  readonly targetBytes: number;
}

const NO_CODES = new Uint8Array(0);

/** The fields of a head that was read. */
export interface HeadFields {
  /** The minor version of the head: HTTP/1.`minor`. */
  readonly minor: 0 | 1;
  /** The number of fields. */
  readonly count: number;
  /** The code of every field's name. */
  readonly codes: Uint8Array;
  name(index: number): string;
  /** A value, without the space around it. */
  value(index: number): string;
  /** The fields from one index to before another, as lines: mostly one slice of the head. */
  lines(from: number, to: number): FieldLines;
}

/** The index of the first field with a code; -1: there is none. */
export function indexOfCode(head: HeadFields, code: number): number {
  const { codes, count } = head;
  for (let i = 0; i < count; i++) if (codes[i] === code) return i;
  return -1;
}

/**
 * What the parsers of both kinds of head share. A whole head is read where it lies; of one that arrives in pieces the
 * bytes are kept until it is complete, each looked at once. What was read can be asked for until `release` or the next
 * head; after that a parser holds no buffer.
 */
export abstract class HeadParser implements HeadFields {
  minor: 0 | 1 = 1;
  protected readonly limits: HeadLimits;
  protected section: FieldSection | undefined = undefined;
  private kept: KeptBytes | undefined = undefined;
  private text = '';

  constructor(limits: HeadLimits) {
    this.limits = limits;
  }

  get count(): number {
    return this.section === undefined ? 0 : this.section.count;
  }

  get codes(): Uint8Array {
    return this.section === undefined ? NO_CODES : this.section.codes;
  }

  /** All fields of the head as received, a new array at each call. */
  get fields(): string[] {
    const fields: string[] = [];
    for (let i = 0; i < this.count; i++) fields.push(this.name(i), this.value(i));
    return fields;
  }

  name(index: number): string {
    return this.section!.name(this.text, index);
  }

  value(index: number): string {
    return this.section!.value(this.text, index);
  }

  lines(from: number, to: number): FieldLines {
    return from === to ? '' : this.section!.lines(this.text, from, to);
  }

  /** Whether bytes of a head have arrived, and the head is not complete. */
  get started(): boolean {
    return this.kept !== undefined;
  }

  /**
   * Reads on in chunk[start, end). Returns the index after the head's last byte when the head is complete, or -1 when
   * all was taken and more is needed. Throws GatewayError; after that the parser is of no more use.
   */
  parse(chunk: Buffer, start: number, end: number): number {
    if (this.kept !== undefined) return this.resume(this.kept, chunk, start, end);
    const base = this.skipEmptyLines(chunk, start, end);
    if (base === end) return -1;
    const stop = Math.min(end, base + this.limits.headBytes);
    this.release();
    this.section = this.begin();
    const at = this.scan(this.section, chunk, base, base, stop);
    if (at >= 0) {
      this.complete(chunk, base, at);
      return at;
    }
    if (stop < end) throw this.tooLarge();
    this.kept = new KeptBytes(chunk, base, end);
    return -1;
  }

  /** Forgets the last head, so that an idle connection does not hold it. */
  release(): void {
    if (this.kept !== undefined || this.section === undefined) return;
    returnSection(this.section);
    this.section = undefined;
    this.text = '';
  }

  private resume(kept: KeptBytes, chunk: Buffer, start: number, end: number): number {
    const from = kept.length;
    const taken = Math.min(end - start, this.limits.headBytes - from);
    kept.append(chunk, start, start + taken);
    const at = this.scan(this.section!, kept.bytes, 0, from, kept.length);
    if (at >= 0) {
      this.complete(kept.bytes, 0, at);
      this.kept = undefined;
      return start + at - from;
    }
    if (start + taken < end) throw this.tooLarge();
    return -1;
  }

  private complete(bytes: Buffer, base: number, end: number): void {
    this.text = bytes.toString('latin1', base, end);
    this.section!.complete(bytes, base);
    this.readStartLine(this.text);
  }

  /** Steps over empty lines before a head, where there may be some. Returns the index of the first other byte. */
  protected abstract skipEmptyLines(chunk: Buffer, start: number, end: number): number;

  /** Gets ready for the first byte of a head. */
  protected abstract begin(): FieldSection;

  /** Reads on in bytes[at, end) of a head that starts at `base`; returns as `parse` does. */
  protected abstract scan(
    section: FieldSection,
    bytes: Buffer,
    base: number,
    at: number,
    end: number,
  ): number;

  /** Takes the start line from the text of a complete head. */
  protected abstract readStartLine(text: string): void;

  /** The error for a head over `headBytes`. */
  protected abstract tooLarge(): Error;
}
