import type { AccessRecord, Facts, Log } from '../../src/log/log.ts';
import { GUARD } from './peer.ts';

/** A message of the gateway. */
export interface LoggedMessage {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly facts: Facts;
}

/** A log that keeps everything in arrays. */
export class MemoryLog implements Log {
  readonly accessEnabled = true;
  readonly records: AccessRecord[] = [];
  readonly messages: LoggedMessage[] = [];
  #waits: (() => void)[] = [];

  access(record: AccessRecord): void {
    this.records.push(copy(record));
    for (const look of this.#waits.splice(0)) look();
  }

  /** The records, once there are so many. */
  ended(count: number): Promise<readonly AccessRecord[]> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const seen = this.records.map(
          record => `${record.method} ${record.target} ${record.status} ${record.reason}`,
        );
        reject(
          new Error(`${count} exchanges did not end within ${GUARD} ms; ended: ${JSON.stringify(seen)}`),
        );
      }, GUARD);
      const look = () => {
        if (this.records.length < count) return this.#waits.push(look);
        clearTimeout(timer);
        return resolve(this.records);
      };
      look();
    });
  }

  debug(message: string, facts: Facts = {}): void {
    this.messages.push({ level: 'debug', message, facts });
  }

  info(message: string, facts: Facts = {}): void {
    this.messages.push({ level: 'info', message, facts });
  }

  warn(message: string, facts: Facts = {}): void {
    this.messages.push({ level: 'warn', message, facts });
  }

  error(message: string, facts: Facts = {}): void {
    this.messages.push({ level: 'error', message, facts });
  }

  async flush(): Promise<void> {}
}

/** The values of the moment: the gateway may hand out a living object whose fields are getters. */
function copy(record: AccessRecord): AccessRecord {
  const { version, userAgent, referer } = record;
  return {
    ...record,
    version,
    userAgent,
    referer,
    attempts: record.attempts.map(attempt => ({ ...attempt })),
  };
}
