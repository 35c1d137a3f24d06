import { matchesPath, patternOf } from './path-pattern.ts';
import { singleReading } from './path-readings.ts';

/** Whether a target is one of the paths that pass a shut gate; one that has more than one reading does not. */
export function bypasses(target: string, patterns: readonly string[]): boolean {
  if (patterns.length === 0) return false;
  const path = unambiguous(target);
  return path !== undefined && patterns.some(pattern => matchesPath(patternOf(pattern), path));
}

function unambiguous(target: string): string | undefined {
  try {
    return singleReading(target);
  } catch {
    return undefined;
  }
}
