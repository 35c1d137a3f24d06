import { GatewayError } from '../errors.ts';
import { CLASS, CR, LF, SLASH, SP, TARGET, TOKEN } from './bytes.ts';
import { borrowSection, type FieldSection } from './field-section.ts';
import { HeadParser } from './head.ts';
import { byteName, quoted, refusal } from './refusal.ts';
import { checkTarget } from './target.ts';
import { isCurrentVersionLine, isVersionByte, minorVersion, VERSION_BYTES } from './version.ts';

/** Which part of the head the next byte belongs to. */
const METHOD = 0;
const TARGET_PART = 1;
const VERSION = 2;
const FIELDS = 3;

/** A method longer than any that is known is not implemented (RFC 9112, 3). */
const METHOD_BYTES = 32;

/** Empty lines that are ignored before a request line (RFC 9112, 2.2), in bytes. */
const EMPTY_LINES = 4;

const KIND = 'http_request_error';

/** Reads the heads of the requests on one connection, one after the other, from bytes split anyhow. */
export class RequestHeadParser extends HeadParser {
  /** The method as received; any token. */
  method = '';
  /** The request target as received, its syntax checked. */
  target = '';

  private part = METHOD;
  private methodEnd = 0;
  private targetEnd = 0;
  /** Bytes of empty lines so far; odd: a carriage return waits for its line feed. */
  private emptyLines = 0;

  override release(): void {
    super.release();
    this.target = '';
  }

  protected override skipEmptyLines(chunk: Buffer, start: number, end: number): number {
    let at = start;
    for (; at < end; at++) {
      if ((this.emptyLines & 1) === 1) {
        if (chunk[at] !== LF) throw refusal(KIND, 'begins with a carriage return that no line feed follows');
      } else if (chunk[at] !== CR || this.emptyLines === EMPTY_LINES) break;
      this.emptyLines++;
    }
    return at;
  }

  protected override begin(): FieldSection {
    this.part = METHOD;
    this.emptyLines = 0;
    return borrowSection(KIND, 'header_section_too_large', this.limits.fieldCount);
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
      if (this.part === METHOD) at = this.scanMethod(bytes, base, at, end);
      if (this.part === TARGET_PART) at = this.scanTarget(bytes, base, at, end);
      if (this.part === VERSION) at = this.scanVersion(bytes, base, at, end);
      if (this.part < FIELDS) return -1;
    }
    return section.scan(bytes, base, at, end);
  }

  private scanMethod(bytes: Buffer, base: number, from: number, end: number): number {
    let at = from;
    while (at < end && (CLASS[bytes[at]!]! & TOKEN) !== 0) at++;
    if (at - base > METHOD_BYTES) {
      throw new GatewayError('not_implemented', `request method of more than ${METHOD_BYTES} bytes`);
    }
    if (at === end) return at;
    if (bytes[at] !== SP || at === base) throw badMethod(bytes, base, at);
    this.methodEnd = at - base;
    this.part = TARGET_PART;
    return at + 1;
  }

  private scanTarget(bytes: Buffer, base: number, from: number, end: number): number {
    const start = base + this.methodEnd + 1;
    let at = from;
    while (at < end && (CLASS[bytes[at]!]! & TARGET) !== 0) at++;
    if (at - start > this.limits.targetBytes) throw this.targetTooLong();
    if (at === end) return at;
    if (bytes[at] !== SP || at === start) throw badTarget(bytes[at]!, at === start);
    this.targetEnd = at - base;
    this.part = VERSION;
    return at + 1;
  }

  private scanVersion(bytes: Buffer, base: number, from: number, end: number): number {
    const start = base + this.targetEnd + 1;
    if (from === start && end - start >= VERSION_BYTES + 2 && isCurrentVersionLine(bytes, start)) {
      this.minor = 1;
      this.part = FIELDS;
      return start + VERSION_BYTES + 2;
    }
    for (let at = from; at < end; at++) {
      const index = at - start;
      const byte = bytes[at]!;
      if (index < VERSION_BYTES) {
        if (!isVersionByte(index, byte)) throw badVersion(bytes, start, at);
      } else if (index === VERSION_BYTES) this.endVersion(bytes, start, byte);
      else return this.endLine(byte, at);
    }
    return end;
  }

  private endVersion(bytes: Buffer, start: number, byte: number): void {
    if (byte !== CR) throw badVersion(bytes, start, start + VERSION_BYTES);
    const minor = minorVersion(bytes, start);
    if (minor < 0) {
      const version = bytes.toString('latin1', start, start + VERSION_BYTES);
      throw new GatewayError('version_not_supported', `request in ${version}; this port speaks HTTP/1.1`);
    }
    this.minor = minor as 0 | 1;
  }

  private endLine(byte: number, at: number): number {
    if (byte !== LF) {
      throw refusal(
        KIND,
        `line: ${byteName(byte)} after a carriage return, where only a line feed may stand`,
      );
    }
    this.part = FIELDS;
    return at + 1;
  }

  protected override readStartLine(text: string): void {
    this.method = text.slice(0, this.methodEnd);
    this.target = text.slice(this.methodEnd + 1, this.targetEnd);
    if (this.target.charCodeAt(0) !== SLASH || this.method === 'CONNECT')
      checkTarget(this.method, this.target);
  }

  protected override tooLarge(): GatewayError {
    if (this.part === TARGET_PART) return this.targetTooLong();
    const limit = `${this.limits.headBytes} bytes`;
    if (this.part < FIELDS) return new GatewayError('target_too_long', `request line of more than ${limit}`);
    return new GatewayError('header_section_too_large', `request head of more than ${limit}`);
  }

  private targetTooLong(): GatewayError {
    const limit = Math.min(this.limits.targetBytes, this.limits.headBytes);
    return new GatewayError('target_too_long', `request target of more than ${limit} bytes`);
  }
}

function badMethod(bytes: Buffer, base: number, at: number): GatewayError {
  const byte = bytes[at]!;
  if (at > base)
    return refusal(KIND, `method: ${byteName(byte)} after ${quoted(bytes.toString('latin1', base, at))}`);
  if (byte === 0x16) return refusal(KIND, 'begins like TLS, and this port speaks plain HTTP');
  return refusal(KIND, `begins with ${byteName(byte)} where a method must stand`);
}

function badTarget(byte: number, first: boolean): GatewayError {
  if (first) return refusal(KIND, `target begins with ${byteName(byte)}; one space must stand before it`);
  if (byte === CR || byte === LF) return refusal(KIND, 'line ends after the target, without a version');
  return refusal(KIND, `target: ${byteName(byte)} must be percent-encoded`);
}

function badVersion(bytes: Buffer, start: number, at: number): GatewayError {
  const seen = quoted(bytes.toString('latin1', start, at + 1));
  return refusal(KIND, `version begins with ${seen}, and must be HTTP/1.1 or HTTP/1.0`);
}
