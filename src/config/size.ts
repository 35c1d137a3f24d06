import { expected } from './misread.ts';

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };
const WHAT = 'a size in bytes such as 512, 64k, 8m, 1g';

/** Bytes of a text such as `512`, `64k`, `8m`, `1g` (powers of 1024), or of a number; throws Misread. */
export function parseSize(value: unknown): number {
  const match = /^(\d+(?:\.\d+)?)([kmgt]?)b?$/i.exec(
    typeof value === 'number' ? String(value) : asText(value),
  );
  if (match === null) throw expected(WHAT, value);
  const bytes = Number(match[1]) * UNITS[match[2]!.toLowerCase()]!;
  if (!Number.isSafeInteger(bytes)) throw expected(`${WHAT}, a whole number of bytes`, value);
  return bytes;
}

/** A size between two bounds, which the error names as they are given. */
export function parseSizeBetween(least: string, most: string): (value: unknown) => number {
  const low = parseSize(least);
  const high = parseSize(most);
  return value => {
    const bytes = parseSize(value);
    if (bytes < low || bytes > high) throw expected(`a size from ${least} to ${most}`, value);
    return bytes;
  };
}

/** A size, or Infinity for `off`. */
export function parseSizeOrOff(value: unknown): number {
  if (value === 'off') return Number.POSITIVE_INFINITY;
  if (typeof value !== 'string' && typeof value !== 'number') throw expected(`${WHAT}, or off`, value);
  return parseSize(value);
}

/** Bytes as `parseSize` reads them, in the largest unit that needs no fraction. */
export function formatSize(bytes: number): string {
  for (const unit of ['t', 'g', 'm', 'k']) {
    const length = UNITS[unit]!;
    if (bytes >= length && bytes % length === 0) return `${bytes / length}${unit}`;
  }
  return String(bytes);
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
