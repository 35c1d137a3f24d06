import { fromByteText } from '../config/byte-text.ts';
import type { BreakerConfig, CheckConfig, HoldConfig, PoolConfig } from '../config/config.ts';
import { formatDuration } from '../config/duration.ts';
import { formatShare } from '../config/share.ts';
import { formatStatuses } from '../config/statuses.ts';

/** How a pool finds out that endpoints are not well and what it does then, and what holds its requests, in words. */
export function healthLines({ health, check, breaker, hold, fallback }: PoolConfig): string[] {
  const { maxFails, failTimeout, slowStart, allDown } = health;
  return [
    maxFails === 0
      ? 'a failing endpoint never rests'
      : `an endpoint rests for ${formatDuration(failTimeout)} after ${maxFails} failure${maxFails === 1 ? '' : 's'}`,
    ...(check === undefined ? [] : checkLines(check)),
    ...(slowStart === 0
      ? []
      : [`an endpoint that joins or comes back has its whole share after ${formatDuration(slowStart)}`]),
    ...(allDown === 'fail' && fallback === '' ? ['while no endpoint is up, requests get 503 at once'] : []),
    ...(breaker === undefined ? [] : [breakerLine(breaker)]),
    ...holdLines(hold),
  ];
}

function checkLines(check: CheckConfig): string[] {
  const { path, method, host, statuses, body, interval, timeout, rise, fall } = check;
  const what = path === '' ? 'a connection' : `${method} ${path}${host === '' ? '' : ` of ${host}`}`;
  const answer = body === '' ? '' : ` with ${JSON.stringify(fromByteText(body))} in it`;
  const passed = path === '' ? '' : `, passed with ${formatStatuses(statuses)}${answer}`;
  return [
    `checked: ${what} every ${formatDuration(interval)}, within ${formatDuration(timeout)}${passed}`,
    `  up after ${rise} in a row, down after ${fall}`,
  ];
}

function breakerLine({ errors, latency, window, minimum, rest }: BreakerConfig): string {
  const reasons = [
    ...(errors === 0 ? [] : [`${formatShare(errors)} of the answers are errors`]),
    ...(latency === 0 ? [] : [`the median answer takes ${formatDuration(latency)}`]),
  ];
  return `breaker: fails for ${formatDuration(rest)} when ${reasons.join(' or ')}, of ${minimum} or more within ${formatDuration(window)}`;
}

function holdLines({ file, bypass }: HoldConfig): string[] {
  const passes =
    bypass.length === 0 ? 'nothing passes' : `${bypass.join(' and ')} pass${bypass.length === 1 ? 'es' : ''}`;
  if (file !== '') return [`held while ${file} exists, ${passes}`];
  return bypass.length === 0 ? [] : [`when it is held, ${passes}`];
}
