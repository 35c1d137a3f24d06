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
    if (this.part === METHOD && at === base) at = this.takeLine(bytes, base, end);
    while (this.part !== FIELDS) {
      if (at === end) return -1;
      this.step(bytes, base, at++);
    }
    return section.scan(bytes, base, at, end);
  }

  /**
   * Takes a whole and good request line in HTTP/1.1 and returns the index after it, or `base` if there is none. Nothing
   * but a short cut through `step`, in local variables.
   */
  private takeLine(bytes: Buffer, base: number, end: number): number {
    let at = base;
    while (at < end && (CLASS[bytes[at]!]! & TOKEN) !== 0) at++;
    const methodEnd = at++;
    while (at < end && (CLASS[bytes[at]!]! & TARGET) !== 0) at++;
    const length = at - methodEnd - 1;
    if (at + VERSION_BYTES + 3 > end || bytes[methodEnd] !== SP || bytes[at] !== SP) return base;
    if (methodEnd === base || methodEnd - base > METHOD_BYTES) return base;
    if (length < 1 || length > this.limits.targetBytes || !isCurrentVersionLine(bytes, at + 1)) return base;
    this.methodEnd = methodEnd - base;
    this.targetEnd = at - base;
    this.minor = 1;
    this.part = FIELDS;
    return at + VERSION_BYTES + 3;
  }

  /** Takes one byte of the request line. */
  private step(bytes: Buffer, base: number, at: number): void {
    if (this.part === METHOD) this.stepMethod(bytes, base, at);
    else if (this.part === TARGET_PART) this.stepTarget(bytes[at]!, at - base);
    else this.stepVersion(bytes, base + this.targetEnd + 1, at);
  }

  private stepMethod(bytes: Buffer, base: number, at: number): void {
    const byte = bytes[at]!;
    const length = at - base;
    if (byte === SP && length > 0) {
      this.methodEnd = length;
      this.part = TARGET_PART;
    } else if ((CLASS[byte]! & TOKEN) === 0) throw badMethod(bytes, base, at);
    else if (length === METHOD_BYTES) {
      throw new GatewayError('not_implemented', `request method of more than ${METHOD_BYTES} bytes`);
    }
  }

  private stepTarget(byte: number, offset: number): void {
    const length = offset - this.methodEnd - 1;
    if (byte === SP && length > 0) {
      this.targetEnd = offset;
      this.part = VERSION;
    } else if ((CLASS[byte]! & TARGET) === 0) throw badTarget(byte, length === 0);
    else if (length === this.limits.targetBytes) throw this.targetTooLong();
  }

  private stepVersion(bytes: Buffer, start: number, at: number): void {
    const index = at - start;
    const byte = bytes[at]!;
    if (index < VERSION_BYTES) {
      if (!isVersionByte(index, byte)) throw badVersion(bytes, start, at);
    } else if (index === VERSION_BYTES) this.endVersion(bytes, start, byte);
    else if (byte === LF) this.part = FIELDS;
    else
      throw refusal(
        KIND,
        `line: ${byteName(byte)} after a carriage return, where only a line feed may stand`,
      );
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
