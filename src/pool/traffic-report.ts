import { ERRORS } from '../errors.ts';
import type { Traffic } from './traffic.ts';
import {
  ANSWER_BYTES,
  CLASSES,
  EJECTIONS,
  HELD,
  KINDS,
  OPENED,
  QUEUED,
  REDIRECTED,
  REQUEST_BYTES,
  RESTORATIONS,
  RETRIES,
  REUSED,
  TUNNELS_BEGUN,
  TUNNELS_ENDED,
} from './traffic-cells.ts';
import type { AttemptTraffic, Classes, ExchangeTraffic } from './traffic-status.ts';

/** What was counted of exchanges, there and in all parts, at a moment of clock.ts. */
export function exchangeTraffic(counted: Traffic, at: number): ExchangeTraffic {
  const traffic = counted.total();
  return {
    ...outcomes(traffic, at),
    refused: sum(traffic, kind => ERRORS[kind].source === 'pool'),
    redirected: traffic.cells[REDIRECTED]!,
    retries: traffic.cells[RETRIES]!,
    queued: traffic.cells[QUEUED]!,
    held: traffic.cells[HELD]!,
    tunnels: tunnels(traffic),
    latency: {
      firstByte: traffic.firstByte.quantiles(at),
      whole: traffic.whole.quantiles(at),
      queue: traffic.queue.quantiles(at),
    },
  };
}

/** What was counted of attempts, there and in all parts, at a moment of clock.ts. */
export function attemptTraffic(counted: Traffic, at: number): AttemptTraffic {
  const traffic = counted.total();
  return {
    ...outcomes(traffic, at),
    connections: {
      opened: traffic.cells[OPENED]!,
      reused: traffic.cells[REUSED]!,
      failed: sum(traffic, kind => ERRORS[kind].retry === 'unsent'),
    },
    tunnels: tunnels(traffic),
    ejections: traffic.cells[EJECTIONS]!,
    restorations: traffic.cells[RESTORATIONS]!,
    latency: { firstByte: traffic.firstByte.quantiles(at) },
  };
}

function outcomes(traffic: Traffic, at: number) {
  const { cells } = traffic;
  const answers = classes(cells);
  const ended = Object.values(answers).reduce((all, n) => all + n, 0) + sum(traffic, () => true);
  return {
    ended,
    answers,
    errors: errors(cells),
    requestBytes: cells[REQUEST_BYTES]!,
    answerBytes: cells[ANSWER_BYTES]!,
    rates: traffic.rates.rates(at),
  };
}

function classes(cells: Float64Array): Classes {
  return { '1xx': cells[0]!, '2xx': cells[1]!, '3xx': cells[2]!, '4xx': cells[3]!, '5xx': cells[4]! };
}

function errors(cells: Float64Array): Record<string, number> {
  const counted = KINDS.map((kind, i) => [kind, cells[CLASSES + i]!] as const);
  return Object.fromEntries(counted.filter(([, n]) => n !== 0));
}

function sum({ cells }: Traffic, counts: (kind: (typeof KINDS)[number]) => boolean): number {
  return KINDS.reduce((all, kind, i) => (counts(kind) ? all + cells[CLASSES + i]! : all), 0);
}

function tunnels({ cells }: Traffic): { open: number; total: number } {
  return { open: cells[TUNNELS_BEGUN]! - cells[TUNNELS_ENDED]!, total: cells[TUNNELS_BEGUN]! };
}
