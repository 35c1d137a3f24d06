import { GatewayError } from '../errors.ts';
import { type Fields, fieldCode, OTHER } from '../fields.ts';
import { borrowSection, type FieldSection } from './field-section.ts';
import { HeadParser } from './head.ts';
import type { MessageKind } from './refusal.ts';

/**
 * Fields that mean nothing, or something harmful, after a body: those for framing, routing, authentication, control of
 * the request or the answer, and reading the content (RFC 9110, 6.5.1), and those that tell where a request came from.
 */
const FORBIDDEN = new Set(
  `age authorization cache-control content-encoding content-range content-type cookie date expires if-match
  if-modified-since if-none-match if-range if-unmodified-since location max-forwards pragma proxy-authenticate
  proxy-authorization range retry-after set-cookie vary warning www-authenticate`.split(/\s+/),
);

/** Those trailers that may stand after a body. */
export function allowedTrailers(fields: Fields): string[] {
  const allowed: string[] = [];
  for (let i = 0; i < fields.length; i += 2) {
    // Many applications read `_` and `-` as the same.
    const name = fields[i]!.toLowerCase().replaceAll('_', '-');
    // Nor is it anything that the gateway has business with in a head.
    if (!FORBIDDEN.has(name) && fieldCode(name) === OTHER) allowed.push(fields[i]!, fields[i + 1]!);
  }
  return allowed;
}

/** Reads the trailer section of a chunked body (RFC 9112, 7.1.2): a head without a start line. */
export class TrailerParser extends HeadParser {
  private readonly kind: MessageKind;

  constructor(trailerBytes: number, trailerCount: number, kind: MessageKind) {
    super({ headBytes: trailerBytes, fieldCount: trailerCount, targetBytes: 0 });
    this.kind = kind;
  }

  protected override skipEmptyLines(_chunk: Buffer, start: number, _end: number): number {
    return start;
  }

  protected override begin(): FieldSection {
    return borrowSection(this.kind, this.kind, this.limits.fieldCount);
  }

  protected override scan(
    section: FieldSection,
    bytes: Buffer,
    base: number,
    at: number,
    end: number,
  ): number {
    return section.scan(bytes, base, at, end);
  }

  protected override readStartLine(_text: string): void {}

  protected override tooLarge(): GatewayError {
    return new GatewayError(this.kind, `trailers of more than ${this.limits.headBytes} bytes`);
  }
}
