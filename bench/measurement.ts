/** Figures by name; the scenario's columns say which and in what unit. */
export type Figures = Readonly<Record<string, number>>;

/** What one round of one peer gave. Any error makes the figures worthless. */
export interface Measurement {
  readonly figures: Figures;
  readonly errors: readonly string[];
}

/** One figure as it is shown. */
export interface Column {
  readonly key: string;
  readonly title: string;
  /** Decimal places. */
  readonly digits: number;
  /** Whether its ratio to nginx is shown too. */
  readonly ratio: boolean;
}

/** All rounds of one peer in one scenario. */
export interface Row {
  readonly scenario: string;
  readonly peer: string;
  readonly rounds: readonly Measurement[];
}
