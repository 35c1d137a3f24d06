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
  /** How many answers had an error status, failed, or came late. */
  readonly failures: number;
}

const UNITS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Reads the text that wrk prints; throws an Error with that text when it is not a report. */
export function parseWrkOutput(text: string): WrkReport {
  const total = /(\d+) requests in ([\d.]+)(us|ms|s|m|h)\b/.exec(text);
  const rate = /Requests\/sec:\s+([\d.]+)/.exec(text);
  const p50 = percentile(text, 50);
  const p99 = percentile(text, 99);
  const failures = failuresOf(text);
  if (total === null || rate === null || p50 === undefined || p99 === undefined) {
    throw new Error(`wrk printed no report with latencies: ${text.trim() || '(nothing)'}`);
  }
  return {
    requests: Number(total[1]),
    seconds: (Number(total[2]) * UNITS[total[3]!]!) / 1000,
    requestsPerSecond: Number(rate[1]),
    p50,
    p99,
    errors: errorsOf(failures, Number(total[1])),
    failures: failures.reduce((sum, { count }) => sum + count, 0),
  };
}

function percentile(text: string, percent: number): number | undefined {
  const match = new RegExp(`^\\s*${percent}%\\s+([\\d.]+)(us|ms|s|m|h)\\s*$`, 'm').exec(text);
  return match === null ? undefined : Number(match[1]) * UNITS[match[2]!]!;
}

interface Failure {
  readonly count: number;
  readonly what: string;
}

function errorsOf(failures: readonly Failure[], requests: number): string[] {
  const words = failures.map(({ count, what }) => `${count} ${what}`);
  return requests === 0 ? ['no request was answered', ...words] : words;
}

function failuresOf(text: string): Failure[] {
  const status = /Non-2xx or 3xx responses: (\d+)/.exec(text);
  const sockets = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(text);
  return [
    { count: Number(status?.[1] ?? 0), what: 'answers with an error status' },
    { count: Number(sockets?.[1] ?? 0), what: 'failed connects' },
    { count: Number(sockets?.[2] ?? 0), what: 'failed reads' },
    { count: Number(sockets?.[3] ?? 0), what: 'failed writes' },
    { count: Number(sockets?.[4] ?? 0), what: 'timeouts' },
  ].filter(({ count }) => count > 0);
}
