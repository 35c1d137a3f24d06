/** What the bench asks of the opener, and of the backend that holds requests. */
export type Order = { readonly order: 'warm' | 'open' | 'count' };

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

/** Answers an order to the process that started us. */
export function report(state: OpenerState | HoldingState): void {
  process.send?.(state);
}
