import type { Command } from '../program.ts';

/** What a peer is to be configured for. */
export interface Setup {
  /** A folder of its own, for its configuration and everything that it writes. */
  readonly folder: string;
  /** Where it listens on 127.0.0.1. */
  readonly port: number;
  /** Where the backend listens on 127.0.0.1. */
  readonly backendPort: number;
  /** The file of the access log; undefined: no access log. */
  readonly accessLog: string | undefined;
  /** Whether requests are to wait in the gateway's own queue, one at a time at the backend, if it has a queue. */
  readonly queueing: boolean;
  /** How many files it may have open. */
  readonly fileLimit: number;
}

/** A gateway that takes part. */
export interface Peer {
  readonly name: string;
  /** The Debian package, and the service in it; undefined: part of this project. */
  readonly debianPackage: string | undefined;
  /** Whether the bench knows how to give it an access log. */
  readonly logs: boolean;
  /** Whether it takes part in the scenario of small answers only. */
  readonly onlySmall?: boolean;
  /** How long fresh code runs before it is as fast as it gets, in seconds. */
  readonly warmUp: number;
  /** Its version; throws when it is not there. */
  version(): string;
  /** Writes its configuration into the folder and tells how to start it in the foreground. */
  prepare(setup: Setup): Command;
}
