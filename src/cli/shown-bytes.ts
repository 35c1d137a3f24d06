import { fromByteText } from '../config/byte-text.ts';

/** Bytes as a text for people: control characters are shown, never printed. */
export function shownBytes(bytes: string): string {
  return fromByteText(bytes).replace(
    /[\x00-\x1f\x7f-\x9f]/g,
    byte => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}
