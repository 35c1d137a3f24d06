const ENCODED = /%([0-9a-f]{2})/gi;

/** A text decoded byte by byte; what is malformed stays as it is. */
export function percentDecoded(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(ENCODED, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
