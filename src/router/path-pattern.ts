import { toByteText } from '../config/byte-text.ts';
import { percentDecoded } from './percent-decoded.ts';

/** What a path is held against, taken apart once: nothing is cut or joined for each request. */
export interface PathPattern {
  /** A path itself. */
  readonly whole: string;
  /** The beginning of those below it; empty: what is below is not meant. */
  readonly below: string;
}

/**
 * A pattern as configured, decoded or percent-encoded: one that ends in a slash and a star means what is below it, and the
 * folder itself.
 */
export function patternOf(configured: string): PathPattern {
  const text = percentDecoded(toByteText(configured));
  if (!text.endsWith('/*')) return { whole: text, below: '' };
  const whole = text.slice(0, -2);
  return { whole, below: `${whole}/` };
}

/** Whether a path is what a pattern means. */
export function matchesPath({ whole, below }: PathPattern, path: string): boolean {
  return path === whole || (below !== '' && path.startsWith(below));
}
