import type { RetryOn } from './config.ts';
import { parseWords } from './word.ts';

/** After which failures another attempt may follow; throws Misread. */
export const parseRetryOn: (value: unknown) => readonly RetryOn[] = parseWords<RetryOn>([
  'connect',
  'reused',
  'terminated',
  'junk',
  'timeout',
  '502',
  '503',
  '504',
]);
