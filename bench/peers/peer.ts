import type { Certificate } from '../certificate.ts';
import type { Command } from '../program.ts';

/** Where a peer runs, whatever is behind it. */
export interface Site {
  /** A folder of its own, for its configuration and everything that it writes. */
  readonly folder: string;
  /** Where it listens on 127.0.0.1. */
  readonly port: number;
  /** How many files it may have open. */
  readonly fileLimit: number;
}

/** What a peer in front of an HTTP server is to be configured for. */
export interface Setup extends Site {
  /** Where the backend listens on 127.0.0.1. */
  readonly backendPort: number;
  /** The file of the access log; undefined: no access log. */
  readonly accessLog: string | undefined;
  /** Whether requests are to wait in the gateway's own queue, one at a time at the backend, if it has a queue. */
  readonly queueing: boolean;
}

/** What a peer whose clients speak TLS is to be configured for: TLS 1.2 and 1.3, with sessions that can be resumed. */
export interface TlsSetup extends Setup {
  readonly certificate: Certificate;
}

/** What a peer with many routes to the one backend is to be configured for; what has no route of its own is asked for by nobody. */
export interface RoutesSetup extends Setup {
  /** Hosts, each with what lies below one path. */
  readonly hosts: readonly { readonly host: string; readonly path: string }[];
  /** What lies below these, whatever the host, in this order; none: everything. */
  readonly paths: readonly string[];
}

/** What a peer in front of PHP-FPM is to be configured for; without an access log. */
export interface PhpSetup extends Site {
  /** The unix socket on which PHP-FPM listens. */
  readonly socket: string;
  /** How many workers it has. */
  readonly workers: number;
  /** The document root. */
  readonly root: string;
}

/** What a peer that can hold requests is to be configured for: a pool that is held, and one that is not. */
export interface HoldSetup extends Site {
  /** Where the backend listens that gets `/held/*`, and how many requests it may have at once. */
  readonly heldPort: number;
  readonly slots: number;
  /** Where the backend of all else listens. */
  readonly otherPort: number;
  /** So many clients come. */
  readonly clients: number;
}

/** How a peer that can hold requests is run, and told to. */
export interface Holder {
  readonly serve: Command;
  readonly hold: Command;
  readonly resume: Command;
}

/** A gateway that takes part. */
export interface Peer {
  readonly name: string;
  /** The Debian package, and the service in it; undefined: nothing has to be installed. */
  readonly debianPackage: string | undefined;
  /** Whether the bench knows how to give it an access log. */
  readonly logs: boolean;
  /** Of the scenarios with an HTTP server, whether it takes part in that of small answers only. */
  readonly onlySmall?: boolean;
  /** How long fresh code runs before it is as fast as it gets, in seconds. */
  readonly warmUp: number;
  /** Its version; throws when it is not there. */
  version(): string;
  /** Writes its configuration and tells how to start it in the foreground; without it, it stands before no HTTP server. */
  readonly http?: (setup: Setup) => Command;
  /** The same with clients that speak TLS. */
  readonly tls?: (setup: TlsSetup) => Command;
  /** The same with many routes. */
  readonly routes?: (setup: RoutesSetup) => Command;
  /** The same for two pools of which one can be held. */
  readonly holder?: (setup: HoldSetup) => Holder;
  /** The same before PHP-FPM. */
  readonly php?: (setup: PhpSetup) => Command;
}
