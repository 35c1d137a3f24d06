import { closeSync } from 'node:fs';
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
  /**
   * Goes on in a new file where a log is written to one, since what has its name may be another by now; no line is lost. If
   * it cannot be opened, the log says so and goes on in the old one.
   */
  reopen(): void;
  /** Takes over another configuration; throws LogFileError, and everything is as it was then. */
  follow(config: LogConfig): void;
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
  accessEnabled = false;
  readonly #timestamp = new Timestamp();
  readonly #standard = new Map<1 | 2, Sink>();
  #config: LogConfig;
  /** Of the access log, if it is a file. */
  #file: Sink | undefined;
  #accessSink!: Sink;
  #messageSink!: Sink;
  #format!: (record: AccessRecord) => string;
  #logger!: ReturnType<typeof messageLogger>;
  /** Sinks of before, until all that they took is out. */
  readonly #retiring = new Set<Promise<void>>();
  /** Lines that sinks of before could not write. */
  #lostBefore = 0;

  constructor(config: LogConfig) {
    this.#config = config;
    this.#file = this.#open(config);
    this.#use(config);
  }

  get lost(): number {
    const sinks = [...this.#standard.values(), ...(this.#file === undefined ? [] : [this.#file])];
    return sinks.reduce((sum, { lost }) => sum + lost, this.#lostBefore);
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

  reopen(): void {
    if (this.#file === undefined) return;
    try {
      this.#turnTo(this.#config, this.#open(this.#config));
    } catch (error) {
      const { cause } = error as Error;
      this.error('the access log cannot be opened anew; it goes on in the file that is open', {
        file: this.#config.access,
        error: cause instanceof Error ? cause.message : String(cause),
      });
    }
  }

  follow(config: LogConfig): void {
    const stays = config.access === this.#config.access;
    this.#turnTo(config, stays ? this.#file : this.#open(config));
  }

  async flush(): Promise<void> {
    await Promise.all([this.#accessSink.flush(), this.#messageSink.flush()]);
  }

  async end(): Promise<void> {
    const present = [...this.#standard.values(), this.#file].map(sink => sink?.end());
    await Promise.all([...present, ...this.#retiring]);
  }

  #turnTo(config: LogConfig, file: Sink | undefined): void {
    const before = this.#file;
    this.#config = config;
    this.#file = file;
    this.#use(config);
    if (before === undefined || before === file) return;
    const retiring = this.#retire(before).finally(() => this.#retiring.delete(retiring));
    this.#retiring.add(retiring);
  }

  async #retire(sink: Sink): Promise<void> {
    await sink.end();
    this.#lostBefore += sink.lost;
    sink.whenIdle(() => closeSync(sink.fd));
  }

  /** The sink of an access log that is a file. */
  #open({ access }: LogConfig): Sink | undefined {
    return access === '-' || access === 'off' ? undefined : this.#sink(openLogFile(access), 'the access log');
  }

  #use({ access, level, format }: LogConfig): void {
    const messageFd = format === 'combined' ? 2 : 1;
    this.#messageSink = this.#standardSink(messageFd);
    this.#accessSink = this.#file ?? (access === '-' ? this.#standardSink(1) : this.#messageSink);
    this.accessEnabled = access !== 'off';
    const form = format === 'json' ? 'json' : isatty(messageFd) ? 'coloured' : 'plain';
    this.#logger = messageLogger(level, this.#messageSink, this.#timestamp, form);
    this.#format = this.#formatOf(format, isatty(this.#accessSink.fd));
  }

  #standardSink(fd: 1 | 2): Sink {
    let sink = this.#standard.get(fd);
    if (sink === undefined) {
      sink = this.#sink(openStandard(fd), fd === 1 ? 'standard output' : 'standard error');
      this.#standard.set(fd, sink);
    }
    return sink;
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
        this.error(`${name} cannot be written; it is tried again`, { error: error.message });
      },
      recovered: lost => this.warn(`${name} can be written again`, { lost }),
    });
    return sink;
  }
}
