import { recent } from '../clock.ts';
import type { TlsSession } from '../protocol.ts';

/** For how long after a certificate was checked a session may stand for it, in milliseconds: a later fault would not be seen. */
const TRUSTED = 600_000;

/** Kept for one endpoint. A session holds the certificates of its backend: some KB. */
const MOST = 8;

/** The sessions that one endpoint gave, the latest last. */
export class TlsSessions {
  #kept: TlsSession[] = [];

  /** The latest, which is used once (RFC 8446, C.4); undefined: none is left that is young enough. */
  take(): TlsSession | undefined {
    const session = this.#kept.pop();
    if (session === undefined || recent() - session.checkedAt < TRUSTED) return session;
    this.clear();
    return undefined;
  }

  /** Keeps one more, and lets go of the oldest if there are too many. */
  keep(session: TlsSession): void {
    this.#kept.push(session);
    if (this.#kept.length > MOST) this.#kept.shift();
  }

  /** Forgets all: the next handshake is a whole one. */
  clear(): void {
    this.#kept = [];
  }

  get size(): number {
    return this.#kept.length;
  }
}
