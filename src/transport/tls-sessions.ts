import { recent } from '../clock.ts';
import type { TlsSession } from '../protocol.ts';

/** For how long after a certificate was checked a session may stand for it, in milliseconds: a later fault would not be seen. */
const TRUSTED = 600_000;

/**
 * The latest session that an endpoint gave. It is used again and again: that an onlooker could tell by it which connections are
 * of the same client (RFC 8446, C.4) is no secret where the client is a gateway.
 */
export class TlsSessions {
  #latest: TlsSession | undefined;

  /** The latest; undefined: there is none that is young enough. */
  get latest(): TlsSession | undefined {
    if (this.#latest !== undefined && recent() - this.#latest.checkedAt >= TRUSTED) this.#latest = undefined;
    return this.#latest;
  }

  keep(session: TlsSession): void {
    this.#latest = session;
  }

  /** The next handshake is a whole one. */
  forget(): void {
    this.#latest = undefined;
  }
}
