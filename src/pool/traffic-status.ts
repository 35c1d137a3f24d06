/** Events per second: over the last whole second, the last ten and the last sixty, or over the gateway's life if that is shorter. */
export interface Rates {
  readonly s1: number;
  readonly s10: number;
  readonly s60: number;
}

/** How a duration was distributed within about the last minute; milliseconds, at most 4 % off, the maximum exact. */
export interface Quantiles {
  /** How many durations these are about. */
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** Answers by the class of their status; of the first class there is only 101, a tunnel. */
export interface Classes {
  readonly '1xx': number;
  readonly '2xx': number;
  readonly '3xx': number;
  readonly '4xx': number;
  readonly '5xx': number;
}

/** What is counted alike of exchanges and of attempts. Counters only grow, for as long as the gateway lives. */
interface Outcomes {
  /** How many have ended: `answers` and `errors` add up to it. */
  readonly ended: number;
  /** Those that went well as far as the gateway is concerned, whatever their status. */
  readonly answers: Classes;
  /** The others, by the kind of the error (the `reason` of the access log); kinds that never occurred are left out. */
  readonly errors: Readonly<Record<string, number>>;
  /** Body bytes that went towards backends. */
  readonly requestBytes: number;
  /** Body bytes that went towards clients; those of tunnels are among both. */
  readonly answerBytes: number;
  readonly rates: {
    readonly ended: Rates;
    readonly errors: Rates;
    readonly requestBytes: Rates;
    readonly answerBytes: Rates;
  };
}

/** What became of exchanges, each of which is counted once, where it ended. */
export interface ExchangeTraffic extends Outcomes {
  /** Of the errors, those by which the pool turned an exchange away: queue full, queue time-out, held, no endpoint, shutting down. */
  readonly refused: number;
  /** Exchanges that an application sent on to another path of the gateway; they are counted again where they went. */
  readonly redirected: number;
  /** Further attempts after a first. */
  readonly retries: number;
  /** Times that a slot was waited for. */
  readonly queued: number;
  /** Times that a gate was waited at. */
  readonly held: number;
  readonly tunnels: { readonly open: number; readonly total: number };
  /** Null: nothing was measured within the last minute. */
  readonly latency: {
    /** From the request's head to the first byte of the answer that the client got. */
    readonly firstByte: Quantiles | null;
    /** From the request's head to the end; without tunnels, and without what the gateway refused by itself. */
    readonly whole: Quantiles | null;
    /** The time spent waiting at gates and for a slot, of all who asked for one. */
    readonly queue: Quantiles | null;
  };
}

/** What became of attempts, each of which ends with its lease. */
export interface AttemptTraffic extends Outcomes {
  readonly connections: {
    /** Made anew for an attempt, be it that they came to stand or not. */
    readonly opened: number;
    /** Taken from those that were idle. */
    readonly reused: number;
    /** Of those made anew, how many came to nothing. */
    readonly failed: number;
  };
  readonly tunnels: { readonly open: number; readonly total: number };
  /** Times that it was taken out by its failures or checks, and times that it came back. */
  readonly ejections: number;
  readonly restorations: number;
  readonly latency: {
    /** From the request to the head of the answer; null: nothing was measured within the last minute. */
    readonly firstByte: Quantiles | null;
  };
}
