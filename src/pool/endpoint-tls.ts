import type { SecureContext } from 'node:tls';
import type { BackendTlsConfig } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import type { DestinationTls, Protocol } from '../protocol.ts';
import { CertificateFiles } from '../transport/certificate-files.ts';
import { TlsSessions } from '../transport/tls-sessions.ts';

/** Whose TLS it is, and who is told of it. */
export interface TlsWhereabouts {
  readonly pool: string;
  readonly endpoint: string;
  /** The host as configured, or the target of an SRV record; never an address that was looked up. */
  readonly host: string;
  readonly log: Log;
  /** Connections are made with other certificates from now on. */
  readonly renewed: () => void;
}

/** TLS as one endpoint speaks it. */
export class EndpointTls implements DestinationTls {
  readonly name: string;
  readonly shown: boolean;
  readonly verified: boolean;
  readonly offers: readonly string[];
  sessions = new TlsSessions();
  readonly #files: CertificateFiles;
  readonly #at: TlsWhereabouts;
  #seen: SecureContext;
  #refusal = '';

  /** Throws if its files cannot be used. */
  constructor(config: BackendTlsConfig, { alpn }: Protocol, at: TlsWhereabouts) {
    this.name = config.sni || at.host.replace(/\.$/, '');
    this.shown = config.cert !== '';
    this.verified = !config.insecure;
    this.offers = alpn === undefined ? [] : [alpn];
    this.#at = at;
    this.#files = CertificateFiles.of(config);
    this.#seen = this.#files.context;
  }

  get context(): SecureContext {
    const { context, refusal } = this.#files;
    if (context !== this.#seen || refusal !== this.#refusal) this.#follow(context, refusal);
    return context;
  }

  /** Reads its files again if they have changed. */
  renew(): void {
    this.#files.renew();
    void this.context;
  }

  /** What was agreed upon with other certificates is used no more. */
  #follow(context: SecureContext, refusal: string): void {
    const { pool, endpoint, log, renewed } = this.#at;
    if (refusal !== '' && refusal !== this.#refusal) {
      const words = 'new certificates cannot be used: those from before stay in force';
      log.warn(words, { pool, endpoint, reason: refusal });
    }
    this.#refusal = refusal;
    if (context === this.#seen) return;
    this.#seen = context;
    this.sessions = new TlsSessions();
    renewed();
    log.info('certificates were read anew', { pool, endpoint });
  }
}
