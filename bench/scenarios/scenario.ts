import type { Backend } from '../backend.ts';
import type { Column, Measurement } from '../measurement.ts';
import type { Peer } from '../peers/peer.ts';

/** What all scenarios of a run share. */
export interface Bench {
  readonly folder: string;
  readonly backend: Backend;
  /** How long a load is measured. */
  readonly seconds: number;
  readonly fileLimit: number;
}

/** One peer's part in a scenario: measured once a round, then closed. */
export interface Trial {
  measure(): Promise<Measurement>;
  close(): Promise<void>;
}

/** Something to measure. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly columns: readonly Column[];
  /** Debian packages of what stands behind the gateways, beside nginx. */
  readonly needs: readonly string[];
  takes(peer: Peer): boolean;
  open(peer: Peer, bench: Bench): Trial;
}
