import { type FieldSection, returnSection } from './field-section.ts';
import { KeptBytes } from './kept-bytes.ts';

/** What a head may take: bytes of the whole head, number of fields, bytes of the request target. */
export interface HeadLimits {
  readonly headBytes: number;
  readonly fieldCount: number;
  readonly targetBytes: number;
}

const NO_CODES = new Uint8Array(0);
const FEWEST_CODES = 32;

/**
 * What the parsers of both kinds of head share. A whole head is read where it lies; of one that arrives in pieces the
 * bytes are kept until it is complete, each looked at once. Between heads a parser holds no buffer.
 */
export abstract class HeadParser {
  /** The minor version of the head: HTTP/1.`minor`. */
  minor: 0 | 1 = 1;
  /** All fields of the head as received, a new array for every head. */
  fields: string[] = [];
  /** The code of every field's name; overwritten by this parser's next head. */
  codes: Uint8Array = NO_CODES;
  /** The number of fields. */
  count = 0;

  protected readonly limits: HeadLimits;
  protected section: FieldSection | undefined = undefined;
  private kept: KeptBytes | undefined = undefined;

  constructor(limits: HeadLimits) {
    this.limits = limits;
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

  /** Forgets the strings of the last head, so that an idle connection does not hold them. */
  release(): void {
    this.fields = [];
    this.count = 0;
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
    const section = this.section!;
    const count = section.count;
    if (this.codes.length < count) this.codes = new Uint8Array(Math.max(FEWEST_CODES, count));
    const text = bytes.toString('latin1', base, end);
    this.count = count;
    this.fields = section.read(text, bytes, base, this.codes);
    this.section = undefined;
    returnSection(section);
    this.readStartLine(text);
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
