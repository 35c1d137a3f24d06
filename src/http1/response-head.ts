import { GatewayError } from '../errors.ts';
import { CLASS, CR, LF, SP, TEXT } from './bytes.ts';
import { borrowSection, type FieldSection } from './field-section.ts';
import { HeadParser } from './head.ts';
import { byteName, quoted, refusal } from './refusal.ts';
import { isCurrentVersion, isVersionByte, minorVersion, VERSION_BYTES } from './version.ts';

/** Which part of the head the next byte belongs to. */
const PREFIX = 0;
const REASON = 1;
const LINE_FEED = 2;
const FIELDS = 3;

const STATUS = VERSION_BYTES + 1;
const STATUS_END = STATUS + 3;
const REASON_START = STATUS_END + 1;
const ZERO = 0x30;

const KIND = 'http_protocol_error';
const SIZE_KIND = 'http_response_header_section_size';

/** Reads the heads of the responses on one connection, interim ones too, from bytes split anyhow. */
export class ResponseHeadParser extends HeadParser {
  /** The status code, 100 to 599. */
  status = 0;
  /** The reason phrase as received; may be empty. */
  reason = '';

  private part = PREFIX;
  private reasonEnd = 0;

  protected override skipEmptyLines(_chunk: Buffer, start: number, _end: number): number {
    return start;
  }

  protected override begin(): FieldSection {
    this.part = PREFIX;
    return borrowSection(KIND, SIZE_KIND, this.limits.fieldCount);
  }

  protected override scan(
    section: FieldSection,
    bytes: Buffer,
    base: number,
    from: number,
    end: number,
  ): number {
    let at = from;
    if (this.part === PREFIX && at === base) at = this.takeLine(bytes, base, end);
    while (this.part !== FIELDS) {
      if (at === end) return -1;
      this.step(bytes, base, at++);
    }
    return section.scan(bytes, base, at, end);
  }

  /**
   * Takes a whole and good status line in HTTP/1.1 and returns the index after it, or `base` if there is none. Nothing
   * but a short cut through `step`, in local variables.
   */
  private takeLine(bytes: Buffer, base: number, end: number): number {
    let at = base + REASON_START;
    if (at >= end || !isCurrentVersion(bytes, base)) return base;
    if (bytes[base + VERSION_BYTES] !== SP || bytes[at - 1] !== SP) return base;
    const status = statusAt(bytes, base + STATUS);
    if (status < 0) return base;
    while (at < end && (CLASS[bytes[at]!]! & TEXT) !== 0) at++;
    if (at + 1 >= end || bytes[at] !== CR || bytes[at + 1] !== LF) return base;
    this.status = status;
    this.reasonEnd = at - base;
    this.minor = 1;
    this.part = FIELDS;
    return at + 2;
  }

  /** Takes one byte of the status line. */
  private step(bytes: Buffer, base: number, at: number): void {
    const byte = bytes[at]!;
    if (this.part === PREFIX) this.stepPrefix(bytes, base, at);
    else if (this.part === REASON) this.stepReason(byte, at - base);
    else if (byte === LF) this.part = FIELDS;
    else throw refusal(KIND, `status line: ${byteName(byte)} after a carriage return, not a line feed`);
  }

  /** Takes a byte of the version, the status or the space after it: `HTTP/1.1 200 `. */
  private stepPrefix(bytes: Buffer, base: number, at: number): void {
    const index = at - base;
    const byte = bytes[at]!;
    if (index < VERSION_BYTES) {
      if (!isVersionByte(index, byte)) throw badStatusLine(bytes, base, at);
    } else if (index === VERSION_BYTES) {
      if (byte !== SP) throw badStatusLine(bytes, base, at);
      this.readVersion(bytes, base);
    } else if (index < STATUS_END) {
      if (byte < ZERO || byte > ZERO + 9) throw badStatusLine(bytes, base, at);
    } else this.endStatus(bytes, base, at);
  }

  private endStatus(bytes: Buffer, base: number, at: number): void {
    const byte = bytes[at]!;
    this.status = statusAt(bytes, base + STATUS);
    if (this.status < 0) {
      const digits = bytes.toString('latin1', base + STATUS, at);
      throw refusal(KIND, `status ${digits}; it must be 100 to 599`);
    }
    this.part = REASON;
    // RFC 9112, 4 wants the space even when no reason follows; some servers leave it out.
    if (byte === CR) this.stepReason(byte, at - base);
    else if (byte !== SP) throw badStatusLine(bytes, base, at);
  }

  private stepReason(byte: number, offset: number): void {
    if (byte === CR) {
      this.reasonEnd = offset;
      this.part = LINE_FEED;
    } else if ((CLASS[byte]! & TEXT) === 0) {
      throw refusal(KIND, `reason phrase: ${byteName(byte)} may not stand in it`);
    }
  }

  private readVersion(bytes: Buffer, base: number): void {
    const minor = minorVersion(bytes, base);
    if (minor < 0) throw badStatusLine(bytes, base, base + VERSION_BYTES);
    this.minor = minor as 0 | 1;
  }

  protected override readStartLine(text: string): void {
    this.reason = text.slice(REASON_START, this.reasonEnd);
  }

  protected override tooLarge(): GatewayError {
    return new GatewayError(SIZE_KIND, `response head of more than ${this.limits.headBytes} bytes`);
  }
}

/** The three digits at bytes[at]; -1 if they are none or not 100 to 599. */
function statusAt(bytes: Buffer, at: number): number {
  const hundreds = bytes[at]! - ZERO;
  const tens = bytes[at + 1]! - ZERO;
  const ones = bytes[at + 2]! - ZERO;
  if (hundreds < 1 || hundreds > 5 || tens < 0 || tens > 9 || ones < 0 || ones > 9) return -1;
  return hundreds * 100 + tens * 10 + ones;
}

function badStatusLine(bytes: Buffer, base: number, at: number): GatewayError {
  const seen = quoted(bytes.toString('latin1', base, at + 1));
  return refusal(KIND, `begins with ${seen}; a status line such as HTTP/1.1 200 OK must stand there`);
}
