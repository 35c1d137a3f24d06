/** A text as the latin1 string of its UTF-8 bytes: how heads and variables travel. */
export function toByteText(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** A latin1 string of bytes as a text for people; what is no UTF-8 shows as the replacement character. */
export function fromByteText(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
