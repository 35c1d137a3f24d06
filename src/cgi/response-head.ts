import { GatewayError } from '../errors.ts';
import { LF } from '../http1/bytes.ts';
import { borrowSection, type FieldSection } from '../http1/field-section.ts';
import { HeadParser } from '../http1/head.ts';
import { reasonPhrase } from '../http1/reason-phrases.ts';
import { quoted, refusal } from '../http1/refusal.ts';

/** Which part of the head the next byte belongs to. */
const UNDECIDED = 0;
const STATUS_LINE = 1;
const FIELDS = 2;

/** No field name has a slash in it: this is how a status line begins, and nothing else. */
const STATUS_LINE_START = 'HTTP/';

const KIND = 'http_protocol_error';
const SIZE_KIND = 'http_response_header_section_size';

/** The codes of the two fields that mean something to the gateway, beside those in fields.ts. */
export const STATUS = 254;
export const LOCATION = 255;

/** A status line as programs print it; the reason may be missing, and the space in front of it. */
const LINE = /^HTTP\/\d(?:\.\d)? +(\d{3})(?: ([\t\x20-\x7e\x80-\xff]*))?\r?$/;
const STATUS_VALUE = /^(\d{3})(?:[ \t]+(.*))?$/;

/**
 * Reads the heads that CGI programs print (RFC 3875, 6), from bytes split anyhow: fields with lines that end in CRLF or LF,
 * and perhaps, as if they spoke to the client themselves, a status line in front (RFC 3875, 5). Throws GatewayError for a
 * status that is no final one, and for two different ones.
 */
export class CgiHeadParser extends HeadParser {
  /** The status that the program named, 200 to 599; 0: none. */
  status = 0;
  /** The reason phrase that goes with it; may be empty. */
  reason = '';

  private part = UNDECIDED;
  private fieldsStart = 0;

  constructor(limits: { readonly headBytes: number; readonly fieldCount: number }) {
    super({ headBytes: limits.headBytes, fieldCount: limits.fieldCount, targetBytes: 0 });
  }

  protected override skipEmptyLines(_chunk: Buffer, start: number, _end: number): number {
    return start;
  }

  protected override begin(): FieldSection {
    this.part = UNDECIDED;
    return borrowSection(KIND, SIZE_KIND, this.limits.fieldCount, true);
  }

  protected override scan(
    section: FieldSection,
    bytes: Buffer,
    base: number,
    from: number,
    end: number,
  ): number {
    let at = from;
    if (this.part === UNDECIDED) {
      this.part = partAt(bytes, base, end);
      if (this.part === FIELDS) {
        this.fieldsStart = 0;
        at = base;
      }
    }
    if (this.part === STATUS_LINE) {
      const lineEnd = bytes.subarray(0, end).indexOf(LF, at);
      if (lineEnd === -1) return -1;
      at = lineEnd + 1;
      this.fieldsStart = at - base;
      this.part = FIELDS;
    }
    return this.part === FIELDS ? section.scan(bytes, base, at, end) : -1;
  }

  protected override readStartLine(text: string): void {
    this.status = 0;
    this.reason = '';
    if (this.fieldsStart !== 0) this.readStatusLine(text.slice(0, this.fieldsStart - 1));
    else if (this.count === 0) throw refusal(KIND, 'begins with an empty line, where a field must stand');
    for (let i = 0; i < this.count; i++) this.look(i);
  }

  protected override tooLarge(): GatewayError {
    return new GatewayError(SIZE_KIND, `response head of more than ${this.limits.headBytes} bytes`);
  }

  private readStatusLine(line: string): void {
    const match = LINE.exec(line);
    if (match === null) {
      throw refusal(KIND, `status line ${quoted(line)}; it must look like HTTP/1.1 200 OK`);
    }
    this.take(Number(match[1]), match[2] ?? '');
  }

  private look(index: number): void {
    const name = this.name(index);
    if (name.length === 6 && name.toLowerCase() === 'status') {
      this.codes[index] = STATUS;
      this.readStatus(this.value(index));
    } else if (name.length === 8 && name.toLowerCase() === 'location') {
      this.codes[index] = LOCATION;
    }
  }

  private readStatus(value: string): void {
    const match = STATUS_VALUE.exec(value);
    if (match === null) {
      throw refusal(KIND, `field Status: ${quoted(value)}; it must look like 404 Not Found`);
    }
    this.take(Number(match[1]), match[2] ?? '');
  }

  private take(status: number, reason: string): void {
    if (status < 200 || status > 599) throw refusal(KIND, `status ${status}; it must be 200 to 599`);
    if (this.status !== 0 && this.status !== status) {
      throw refusal(KIND, `has two statuses, ${this.status} and ${status}`);
    }
    this.status = status;
    this.reason ||= reason || reasonPhrase(status);
  }
}

/** What the bytes of a head begin with, as far as they are there. */
function partAt(bytes: Buffer, base: number, end: number): number {
  const here = Math.min(end - base, STATUS_LINE_START.length);
  for (let i = 0; i < here; i++) {
    if (bytes[base + i] !== STATUS_LINE_START.charCodeAt(i)) return FIELDS;
  }
  return here === STATUS_LINE_START.length ? STATUS_LINE : UNDECIDED;
}
