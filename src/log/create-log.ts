import { isatty } from 'node:tty';
import type { LogConfig } from '../config/config.ts';
import { combinedLine } from './combined-line.ts';
import { JsonLines } from './json-line.ts';
import type { AccessRecord, Facts, Log } from './log.ts';
import { messageLogger } from './messages.ts';
import { openLogFile, openStandard } from './open-output.ts';
import { prettyLine } from './pretty-line.ts';
import { Sink } from './sink.ts';
import { Timestamp } from './timestamp.ts';

/** A log, and how many of its lines could not be written. */
export interface CountingLog extends Log {
  readonly lost: number;
  /** Flushes, and lets go of the outputs. */
  end(): Promise<void>;
}

/**
 * The log of a configuration. Access lines go where `access` says; messages go to standard output, but to standard error
 * with the format `combined`, so that the stream of access lines stays readable by programs. Throws LogFileError.
 */
export function createLog(config: LogConfig): CountingLog {
  return new GatewayLog(config);
}

class GatewayLog implements CountingLog {
  readonly accessEnabled: boolean;
  readonly #timestamp = new Timestamp();
  readonly #format: (record: AccessRecord) => string;
  readonly #accessSink: Sink;
  readonly #messageSink: Sink;
  readonly #logger: ReturnType<typeof messageLogger>;

  constructor({ access, level, format }: LogConfig) {
    const accessFd = access === '-' ? openStandard(1) : access === 'off' ? undefined : openLogFile(access);
    const messageFd = format === 'combined' ? 2 : 1;
    const shared = access === '-' && messageFd === 1;
    this.accessEnabled = accessFd !== undefined;
    this.#messageSink = this.#sink(shared ? accessFd! : openStandard(messageFd), 'messages');
    this.#accessSink =
      shared || accessFd === undefined ? this.#messageSink : this.#sink(accessFd, 'access log');
    const form = format === 'json' ? 'json' : isatty(messageFd) ? 'coloured' : 'plain';
    this.#logger = messageLogger(level, this.#messageSink, this.#timestamp, form);
    this.#format = this.#formatOf(format, accessFd !== undefined && isatty(accessFd));
  }

  get lost(): number {
    const apart = this.#accessSink !== this.#messageSink;
    return this.#messageSink.lost + (apart ? this.#accessSink.lost : 0);
  }

  access(record: AccessRecord): void {
    if (this.accessEnabled) this.#accessSink.write(this.#format(record));
  }

  debug(message: string, facts?: Facts): void {
    this.#logger.debug(facts ?? {}, message);
  }

  info(message: string, facts?: Facts): void {
    this.#logger.info(facts ?? {}, message);
  }

  warn(message: string, facts?: Facts): void {
    this.#logger.warn(facts ?? {}, message);
  }

  error(message: string, facts?: Facts): void {
    this.#logger.error(facts ?? {}, message);
  }

  async flush(): Promise<void> {
    await Promise.all([this.#accessSink.flush(), this.#messageSink.flush()]);
  }

  async end(): Promise<void> {
    await Promise.all([this.#accessSink.end(), this.#messageSink.end()]);
  }

  #formatOf(format: LogConfig['format'], colour: boolean): (record: AccessRecord) => string {
    const timestamp = this.#timestamp;
    const json = new JsonLines(timestamp);
    if (format === 'json') return record => json.line(record);
    if (format === 'combined') return record => combinedLine(record, timestamp);
    return record => prettyLine(record, timestamp, colour);
  }

  /** What a sink has to say of itself goes to the messages, unless they are what cannot be written. */
  #sink(fd: number, name: string): Sink {
    const sink: Sink = new Sink(fd, {
      failed: error => {
        if (sink === this.#messageSink) return;
        this.error(`the ${name} cannot be written; it is tried again`, { error: error.message });
      },
      recovered: lost => this.warn(`the ${name} can be written again`, { lost }),
    });
    return sink;
  }
}
