import { formatDuration } from './duration.ts';
import { formatSize } from './size.ts';

/** A count, or `off` where there is no limit. */
export function formatCount(count: number): string {
  return Number.isFinite(count) ? String(count) : 'off';
}

/** A size, or `off` where there is no limit. */
export function formatSizeOrOff(bytes: number): string {
  return Number.isFinite(bytes) ? formatSize(bytes) : 'off';
}

/** A duration, `off` for 0, `forever` for Infinity. */
export function formatDurationOrOff(milliseconds: number): string {
  if (milliseconds === 0) return 'off';
  return Number.isFinite(milliseconds) ? formatDuration(milliseconds) : 'forever';
}

/** Texts with commas; `none` for an empty list. */
export function formatTexts(texts: readonly string[]): string {
  return texts.length === 0 ? 'none' : texts.join(',');
}
