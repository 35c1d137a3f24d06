/** The text without any of the characters at its ends; in time that is in proportion to those, which a regular expression would not take. */
export function trimmed(text: string, characters: string): string {
  const kept = withoutEnd(text, characters);
  let start = 0;
  while (start < kept.length && characters.includes(kept.charAt(start))) start++;
  return kept.slice(start);
}

/** The text without any of the characters at its end. */
export function withoutEnd(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}
