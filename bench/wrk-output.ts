/** What wrk reports at the end of a run with `--latency`. */
export interface WrkReport {
  readonly requests: number;
  readonly seconds: number;
  readonly requestsPerSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** In words, such as `3 timeouts`; empty: every answer was a 2xx or 3xx and came in time. */
  readonly errors: readonly string[];
}

const UNITS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Reads the text that wrk prints; throws an Error with that text when it is not a report. */
export function parseWrkOutput(text: string): WrkReport {
  const total = /(\d+) requests in ([\d.]+)(us|ms|s|m|h)\b/.exec(text);
  const rate = /Requests\/sec:\s+([\d.]+)/.exec(text);
  const p50 = percentile(text, 50);
  const p99 = percentile(text, 99);
  if (total === null || rate === null || p50 === undefined || p99 === undefined) {
    throw new Error(`wrk printed no report with latencies: ${text.trim() || '(nothing)'}`);
  }
  return {
    requests: Number(total[1]),
    seconds: (Number(total[2]) * UNITS[total[3]!]!) / 1000,
    requestsPerSecond: Number(rate[1]),
    p50,
    p99,
    errors: errorsOf(text, Number(total[1])),
  };
}

function percentile(text: string, percent: number): number | undefined {
  const match = new RegExp(`^\\s*${percent}%\\s+([\\d.]+)(us|ms|s|m|h)\\s*$`, 'm').exec(text);
  return match === null ? undefined : Number(match[1]) * UNITS[match[2]!]!;
}

function errorsOf(text: string, requests: number): string[] {
  const errors: string[] = [];
  if (requests === 0) errors.push('no request was answered');
  const status = /Non-2xx or 3xx responses: (\d+)/.exec(text);
  if (status !== null) errors.push(`${status[1]} answers with an error status`);
  const sockets = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(text);
  if (sockets !== null) {
    const words = ['failed connects', 'failed reads', 'failed writes', 'timeouts'];
    for (const [index, word] of words.entries()) {
      const count = Number(sockets[index + 1]);
      if (count > 0) errors.push(`${count} ${word}`);
    }
  }
  return errors;
}
