/** What the bench asks of its stations; each knows some of it. */
export type Order = { readonly order: 'warm' | 'open' | 'ask' | 'wait' | 'count' | 'begin' | 'end' };

/** How the opener's connections are. */
export interface OpenerState {
  readonly open: number;
  readonly answered: number;
  /** How often each way to fail happened. */
  readonly failures: Readonly<Record<string, number>>;
}

/** How many requests the backend holds. */
export interface HoldingState {
  readonly port: number;
  readonly held: number;
}

/** What the backend that looks at the order of requests has seen. */
export interface OrderingState {
  readonly port: number;
  readonly seen: number;
  /** How many places from its own the request was that was furthest from it. */
  readonly displaced: number;
}

/** How long answers took since the last `begin`, in milliseconds. */
export interface PulseState {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly failures: number;
}

/** How connections with TLS went since the last `begin`: from connecting to the answer, in milliseconds. */
export interface HandshakesState {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  /** Connections that took up a session. */
  readonly resumed: number;
  readonly failures: Readonly<Record<string, number>>;
}

/** What a station tells of itself. */
export type State = OpenerState | HoldingState | OrderingState | PulseState | HandshakesState;

/** Answers an order to the process that started us. */
export function report(state: State): void {
  process.send?.(state);
}
