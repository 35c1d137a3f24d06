import { GatewayError } from '../../src/errors.ts';
import type { Fields } from '../../src/fields.ts';

/** Sizes have 16 bits. */
const MOST_BYTES = 0xffff;

/**
 * The head of a uwsgi request: a packet with modifiers 0 and 0, in which each name and each value has its size in front,
 * low byte first. Throws header_section_too_large if that comes to more than a packet holds.
 */
export function encodeHead(variables: Fields): string {
  let text = '';
  for (let i = 0; i < variables.length; i++) {
    const part = variables[i]!;
    text += size(part.length) + part;
    if (text.length > MOST_BYTES) throw tooLarge();
  }
  return `\0${size(text.length)}\0${text}`;
}

function size(length: number): string {
  return String.fromCharCode(length & 255, (length >> 8) & 255);
}

function tooLarge(): GatewayError {
  return new GatewayError(
    'header_section_too_large',
    `request head of more than ${MOST_BYTES} bytes as meta-variables, which is all that uwsgi can hold; send fewer or shorter fields`,
  );
}
