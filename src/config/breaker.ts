import type { BreakerConfig } from './config.ts';
import { formatDuration, parsePositiveDuration } from './duration.ts';
import { parseInteger } from './integer.ts';
import { expected, Misread } from './misread.ts';
import { unknownWord } from './nearest.ts';
import { formatShare, parseShare } from './share.ts';

const WHAT = 'a share of errors and options, such as 50%,latency=500ms,window=10s,min=20,rest=5s, or off';
const USUAL: BreakerConfig = { errors: 0, latency: 0, window: 10_000, minimum: 20, rest: 5000 };
const OPTIONS = ['latency', 'window', 'min', 'rest'] as const;
const parseMinimum = parseInteger(1, 1_000_000);

/** When a pool is taken to be broken, or `off`. The share or the latency may be left away, not both. Throws Misread. */
export function parseBreaker(value: unknown): BreakerConfig | 'off' {
  if (value === 'off') return value;
  if (typeof value !== 'string' || value === '') throw expected(WHAT, value);
  const [first, ...rest] = value.split(',').map(word => word.trim()) as [string, ...string[]];
  const share = /%$/.test(first);
  if (!share && !first.includes('=')) throw expected(WHAT, value);
  let breaker = share ? { ...USUAL, errors: parseShare(first) } : USUAL;
  const seen = new Set<string>();
  for (const word of share ? rest : [first, ...rest]) {
    const name = word.split('=')[0]!;
    if (seen.has(name)) throw new Misread(`the option ${name} is given twice`);
    seen.add(name);
    breaker = { ...breaker, ...parseOption(name, word.slice(name.length + 1)) };
  }
  if (breaker.errors > 0 || breaker.latency > 0) return breaker;
  throw new Misread(`${expected(WHAT, value).message}: without a share above 0% or a latency it never opens`);
}

function parseOption(name: string, text: string): Partial<BreakerConfig> {
  try {
    switch (name) {
      case 'latency':
        return { latency: parsePositiveDuration(text) };
      case 'window':
        return { window: parsePositiveDuration(text) };
      case 'rest':
        return { rest: parsePositiveDuration(text) };
      case 'min':
        return { minimum: parseMinimum(text) };
    }
  } catch (error) {
    throw error instanceof Misread ? new Misread(`${name}: ${error.message}`) : error;
  }
  throw new Misread(unknownWord('option of a breaker', name, OPTIONS));
}

/** A breaker as `parseBreaker` reads it, with all of its options. */
export function formatBreaker(breaker: BreakerConfig | undefined): string {
  if (breaker === undefined) return 'off';
  const { errors, latency, window, minimum, rest } = breaker;
  return [
    ...(errors === 0 ? [] : [formatShare(errors)]),
    ...(latency === 0 ? [] : [`latency=${formatDuration(latency)}`]),
    `window=${formatDuration(window)}`,
    `min=${minimum}`,
    `rest=${formatDuration(rest)}`,
  ].join(',');
}
