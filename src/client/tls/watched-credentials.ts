import { now } from '../../clock.ts';
import type { ListenTlsConfig } from '../../config/config.ts';
import type { Log } from '../../log/log.ts';
import { type Credentials, readCredentials } from './credentials.ts';
import { warnOfExpiry } from './expiry.ts';
import { stampLater } from './stamp.ts';
import { ticketKeysEnd } from './ticket-keys.ts';

const DAY = 86_400_000;

/** The credentials of a listener, read anew when their files change. */
export class WatchedCredentials {
  #present: Credentials;
  readonly #log: Log;
  /** Of the files as they were read last, whether they could be used or not. */
  #stamp: string;
  /** Of files that did not fit each other when they were looked at: one may be written before the other. */
  #doubtful = '';
  #warnedAt = now();

  constructor(present: Credentials, log: Log) {
    this.#present = present;
    this.#stamp = present.stamp;
    this.#log = log;
    warnOfExpiry(present.certificates, log);
  }

  get present(): Credentials {
    return this.#present;
  }

  /** Goes over to what was read before. */
  replace(credentials: Credentials): void {
    this.#present = credentials;
    this.#stamp = credentials.stamp;
    warnOfExpiry(credentials.certificates, this.#log);
  }

  /** Reads the files again if they have changed; what cannot be used leaves everything as it is, with an error in the log. */
  async look(): Promise<void> {
    const { config } = this.#present;
    const stamp = await stampLater(config);
    // A reload came meanwhile.
    if (config !== this.#present.config) return;
    if (stamp !== this.#stamp) this.#read(config, stamp);
    else if (now() >= ticketKeysEnd()) this.#read(config, stamp);
    this.#warnDaily();
  }

  #read(config: ListenTlsConfig, stamp: string): void {
    try {
      this.#present = readCredentials(config);
    } catch (error) {
      // Once more at the next look, for the other file may be on its way.
      if (this.#doubtful !== stamp) this.#doubtful = stamp;
      else this.#giveUp(stamp, error as Error);
      return;
    }
    if (stamp !== this.#stamp) this.#tell();
    this.#stamp = this.#present.stamp;
  }

  #giveUp(stamp: string, { message }: Error): void {
    this.#stamp = stamp;
    this.#log.error('changed certificates cannot be used: those from before stay', { reason: message });
  }

  #tell(): void {
    const { certificates } = this.#present;
    const files = certificates.map(({ file }) => file).join(', ');
    this.#log.info('certificates were read anew', { files });
    warnOfExpiry(certificates, this.#log);
  }

  #warnDaily(): void {
    if (now() - this.#warnedAt < DAY) return;
    this.#warnedAt = now();
    warnOfExpiry(this.#present.certificates, this.#log);
  }
}
