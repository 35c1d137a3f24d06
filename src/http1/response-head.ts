import { GatewayError } from '../errors.ts';
import { CLASS, CR, LF, SP, TEXT } from './bytes.ts';
import { borrowSection, type FieldSection } from './field-section.ts';
import { HeadParser } from './head.ts';
import { byteName, quoted, refusal } from './refusal.ts';
import { isVersionByte, minorVersion, VERSION_BYTES } from './version.ts';

/** Which part of the head the next byte belongs to. */
const PREFIX = 0;
const REASON = 1;
const LINE_FEED = 2;
const FIELDS = 3;

const STATUS = VERSION_BYTES + 1;
const STATUS_END = STATUS + 3;
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
    if (this.part < FIELDS) {
      if (this.part === PREFIX) at = this.scanPrefix(bytes, base, at, end);
      if (this.part === REASON) at = this.scanReason(bytes, base, at, end);
      if (this.part === LINE_FEED) at = this.scanLineFeed(bytes, at, end);
      if (this.part < FIELDS) return -1;
    }
    return section.scan(bytes, base, at, end);
  }

  /** Reads the version, the status and, if there is one, the space after it: `HTTP/1.1 200 `. */
  private scanPrefix(bytes: Buffer, base: number, from: number, end: number): number {
    let at = from;
    for (; at < end; at++) {
      const index = at - base;
      const byte = bytes[at]!;
      if (index < VERSION_BYTES) {
        if (!isVersionByte(index, byte)) throw badStatusLine(bytes, base, at);
      } else if (index === VERSION_BYTES) {
        if (byte !== SP) throw badStatusLine(bytes, base, at);
        this.readVersion(bytes, base);
      } else if (index < STATUS_END) {
        if (byte < ZERO || byte > ZERO + 9) throw badStatusLine(bytes, base, at);
      } else {
        this.readStatus(bytes, base);
        this.part = REASON;
        // RFC 9112, 4 wants the space even when no reason follows; some servers leave it out.
        if (byte === CR) return at;
        if (byte !== SP) throw badStatusLine(bytes, base, at);
        return at + 1;
      }
    }
    return at;
  }

  private scanReason(bytes: Buffer, base: number, from: number, end: number): number {
    let at = from;
    while (at < end && (CLASS[bytes[at]!]! & TEXT) !== 0) at++;
    if (at === end) return at;
    if (bytes[at] !== CR) throw refusal(KIND, `reason phrase: ${byteName(bytes[at]!)} may not stand in it`);
    this.reasonEnd = at - base;
    this.part = LINE_FEED;
    return at + 1;
  }

  private scanLineFeed(bytes: Buffer, at: number, end: number): number {
    if (at === end) return at;
    if (bytes[at] !== LF) {
      throw refusal(KIND, `status line: ${byteName(bytes[at]!)} after a carriage return, not a line feed`);
    }
    this.part = FIELDS;
    return at + 1;
  }

  private readVersion(bytes: Buffer, base: number): void {
    const minor = minorVersion(bytes, base);
    if (minor < 0) throw badStatusLine(bytes, base, base + VERSION_BYTES);
    this.minor = minor as 0 | 1;
  }

  private readStatus(bytes: Buffer, base: number): void {
    const at = base + STATUS;
    const status = (bytes[at]! - ZERO) * 100 + (bytes[at + 1]! - ZERO) * 10 + bytes[at + 2]! - ZERO;
    if (status < 100 || status > 599) {
      throw refusal(KIND, `status ${String(status).padStart(3, '0')}; it must be 100 to 599`);
    }
    this.status = status;
  }

  protected override readStartLine(text: string): void {
    this.reason = text.slice(STATUS_END + 1, this.reasonEnd);
  }

  protected override tooLarge(): GatewayError {
    return new GatewayError(SIZE_KIND, `response head of more than ${this.limits.headBytes} bytes`);
  }
}

function badStatusLine(bytes: Buffer, base: number, at: number): GatewayError {
  const seen = quoted(bytes.toString('latin1', base, at + 1));
  return refusal(KIND, `begins with ${seen}; a status line such as HTTP/1.1 200 OK must stand there`);
}
