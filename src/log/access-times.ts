/** Milliseconds with one decimal place; a negative difference of clocks counts as nothing. */
export function tenths(milliseconds: number): string {
  const rounded = milliseconds > 0 ? Math.round(milliseconds * 10) : 0;
  const rest = rounded % 10;
  return `${(rounded - rest) / 10}.${rest}`;
}
