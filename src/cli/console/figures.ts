/** Steps of sizes and counts, each a thousand times the one before. */
const STEPS = ['', 'k', 'M', 'G', 'T'];

/** A time for people in few letters, such as `3.2ms`, `45s`, `12m`, `3h10m`, `5d`. */
export function time(milliseconds: number): string {
  if (milliseconds < 9.95) return `${milliseconds.toFixed(1)}ms`;
  if (milliseconds < 1000) return `${Math.round(milliseconds)}ms`;
  const seconds = Math.floor(milliseconds / 1000);
  if (seconds < 10) return `${(Math.floor(milliseconds / 100) / 10).toFixed(1)}s`;
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return pair(seconds, 60, 'm', 's');
  if (seconds < 86_400) return pair(Math.floor(seconds / 60), 60, 'h', 'm');
  return pair(Math.floor(seconds / 3600), 24, 'd', 'h');
}

/** A time in whole units, such as `45s`, `12m`, `3h`: since when something is as it is. */
export function age(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}

/** How long something has lasted, such as `450ms`, `45s`, `12m`: as an age, but never nothing. */
export function lasting(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.ceil(milliseconds)}ms` : age(milliseconds);
}

/** A number of anything in at most five letters, such as `0`, `9999`, `12.3k`, `4.5M`. */
export function count(number: number): string {
  return number < 10_000 ? String(Math.round(number)) : scaled(number, 1000, '');
}

/** A number a second; below ten with a fraction. */
export function rate(number: number): string {
  return number > 0 && number < 9.95 ? number.toFixed(1) : count(number);
}

/** Bytes in powers of 1024, such as `0`, `999`, `64.0k`, `1.5M`. */
export function bytes(number: number): string {
  return number < 1000 ? String(Math.round(number)) : scaled(number, 1024, '');
}

/** A number and its noun: `1 endpoint`, `3 endpoints`. */
export function several(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}

function pair(number: number, per: number, large: string, small: string): string {
  const rest = number % per;
  return `${Math.floor(number / per)}${large}${rest === 0 ? '' : `${rest}${small}`}`;
}

function scaled(number: number, base: number, unit: string): string {
  let step = 0;
  let left = number;
  while (left >= 999.5 && step < STEPS.length - 1) {
    left /= base;
    step++;
  }
  return `${left < 99.95 ? left.toFixed(1) : Math.round(left)}${STEPS[step]}${unit}`;
}
