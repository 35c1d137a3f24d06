/** A text without control characters, which a terminal would obey: some of it was said by backends and name servers. */
export function printableText(text: string): string {
  return text.replace(/[\0-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g, '?');
}

/** The same value with all texts in it printable; keys of mappings, too. */
export function printable<T>(value: T): T {
  if (typeof value === 'string') return printableText(value) as T;
  if (Array.isArray(value)) return value.map(printable) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [printableText(key), printable(inner)]);
  return Object.fromEntries(entries) as T;
}
