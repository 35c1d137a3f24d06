import { endpointLines } from './endpoint-table.ts';
import { bytes, count, lasting, rate, several, time } from './figures.ts';
import { type Mood, type Paper, painted, wrapped } from './paper.ts';
import type {
  BreakerStatus,
  CopiesStatus,
  ExchangeTraffic,
  FallbackStatus,
  HoldStatus,
  PoolStatus,
  Quantiles,
} from './shapes.ts';

const INDENT = '  ';

/** All that a status says of a pool, for people. */
export function poolLines(pool: PoolStatus, paper: Paper): string[] {
  const { name, hold, breaker, fallback, copies, changes, endpoints, why } = pool;
  return [
    ...wrapped([`pool ${name}: ${pool.balance}`, ...loadWords(pool)], '', paper).map((line, i) =>
      i === 0 ? painted(line, 'title', paper) : line,
    ),
    ...wrapped(trafficWords(pool.exchanges), INDENT, paper),
    ...wrapped(totalWords(pool), INDENT, paper),
    ...(hold === null ? [] : noted(holdWords(hold), 'doubtful', paper)),
    ...(breaker === null || breaker.state === 'closed' ? [] : noted(breakerWords(breaker), 'bad', paper)),
    ...(fallback === null || fallback.exchanges === 0
      ? []
      : noted(fallbackWords(fallback), fallback.active ? 'bad' : undefined, paper)),
    ...(copies === null ? [] : noted(copiesWords(copies), undefined, paper)),
    ...changes.flatMap(line => noted([`differs from the file: ${line}`], 'doubtful', paper)),
    ...(why === '' ? [] : noted([why], 'bad', paper)),
    ...(endpoints.length === 0 ? noted(['no endpoints'], 'bad', paper) : endpointLines(endpoints, paper)),
  ];
}

/** What a hold is about, as parts of a sentence. */
export function holdWords({
  phase,
  why,
  sinceMs,
  leftMs,
  then,
  waiting,
  pace,
  bypass,
}: HoldStatus): string[] {
  const waits = several(waiting, 'request waits', 'requests wait');
  if (phase === 'resuming') {
    return [`resuming for ${lasting(sinceMs)}`, ...(pace === null ? [] : [`at ${rate(pace)}/s`]), waits];
  }
  const end = then === 'fail' ? 'then 503' : 'then it resumes';
  return [
    phase === 'failing' ? `requests get 503 until it is resumed (${why})` : `held (${why})`,
    `for ${lasting(sinceMs)}`,
    ...(leftMs === null ? [] : [`${time(leftMs)} left, ${end}`]),
    waits,
    ...(bypass.length === 0 ? [] : [`${bypass.join(' ')} passes`]),
  ];
}

function loadWords(pool: PoolStatus): string[] {
  const { endpoints, inFlight, poolMaxConns, queued, queueLength, draining } = pool;
  const up = endpoints.filter(({ state }) => state === 'up').length;
  return [
    `${up} of ${several(endpoints.length, 'endpoint')} up`,
    `${count(inFlight)}${poolMaxConns === null ? '' : `/${poolMaxConns}`} in flight`,
    `${queued}/${queueLength} queued`,
    ...(draining ? ['draining'] : []),
  ];
}

function trafficWords({ rates, latency }: ExchangeTraffic): string[] {
  return [
    `${rate(rates.ended.s10)} requests/s`,
    `${rate(rates.errors.s10)} errors/s`,
    `in ${bytes(rates.requestBytes.s10)}/s`,
    `out ${bytes(rates.answerBytes.s10)}/s`,
    ...quantileWords('first byte', latency.firstByte),
    ...quantileWords('in all', latency.whole),
    ...(latency.queue === null || latency.queue.max === 0 ? [] : quantileWords('waiting', latency.queue)),
  ];
}

function quantileWords(what: string, quantiles: Quantiles | null): string[] {
  if (quantiles === null) return [];
  const { p50, p90, p99, max } = quantiles;
  return [`${what} p50 ${time(p50)} p90 ${time(p90)} p99 ${time(p99)} max ${time(max)}`];
}

function totalWords({ exchanges, attempts }: PoolStatus): string[] {
  const errors = Object.entries(exchanges.errors);
  return [
    `${several(exchanges.ended, 'request')} in all`,
    `in ${bytes(exchanges.requestBytes)}`,
    `out ${bytes(exchanges.answerBytes)}`,
    several(exchanges.retries, 'retry', 'retries'),
    several(attempts.ejections, 'ejection'),
    ...(exchanges.tunnels.open === 0 ? [] : [several(exchanges.tunnels.open, 'tunnel')]),
    ...errors.map(([kind, times]) => `${count(times)} ${kind}`),
  ];
}

function breakerWords({ state, why, stateMs, opened }: BreakerStatus): string[] {
  return [
    `circuit ${state} for ${lasting(stateMs)}`,
    ...(why === '' ? [] : [why]),
    `opened ${opened === 1 ? 'once' : `${opened} times`}`,
  ];
}

function fallbackWords({ pool, active, exchanges }: FallbackStatus): string[] {
  const times = several(exchanges, 'request');
  return active
    ? [`no endpoint: pool ${pool} stands in`, `${times} so far`]
    : [`pool ${pool} has stood in for ${times}`];
}

function copiesWords({ sent, inFlight, most, failed, missed, givenUp }: CopiesStatus): string[] {
  return [
    `${several(sent, 'copy', 'copies')} of other pools' requests`,
    `${inFlight}/${most} under way`,
    ...(failed === 0 ? [] : [`${count(failed)} failed`]),
    ...(missed === 0 ? [] : [`${count(missed)} missed`]),
    ...(givenUp === 0 ? [] : [`${count(givenUp)} given up`]),
  ];
}

function noted(words: readonly string[], mood: Mood | undefined, paper: Paper): string[] {
  return wrapped(words, INDENT, paper).map(line => painted(line, mood, paper));
}
