import { STATUS_CODES } from 'node:http';
import type { Answer, TimedOut } from './probe-request.ts';

const LONGEST_HEAD = 65_536;
const LONGEST_ERRORS = 8192;

/** The output of an application is no answer; the message says why. */
export class NoAnswer extends Error {}

/** Gathers what an application prints: a head as of CGI (RFC 3875, 6), a body of which the beginning is kept, and errors. */
export class CgiAnswer {
  phase: TimedOut['phase'] = 'connect';
  readonly #shown: number;
  readonly #elapsed: () => number;
  #connect = 0;
  #firstByte = 0;
  #start = Buffer.alloc(0);
  #errors = Buffer.alloc(0);
  #bytes = 0;

  constructor(shown: number, elapsed: () => number) {
    this.#shown = shown;
    this.#elapsed = elapsed;
  }

  connected(): void {
    this.#connect = this.#elapsed();
    this.phase = 'head';
  }

  output(bytes: Buffer): void {
    if (this.#bytes === 0) {
      this.#firstByte = this.#elapsed();
      this.phase = 'body';
    }
    this.#bytes += bytes.length;
    const room = LONGEST_HEAD + this.#shown - this.#start.length;
    if (room > 0) this.#start = Buffer.concat([this.#start, bytes.subarray(0, room)]);
  }

  error(bytes: Buffer): void {
    const room = LONGEST_ERRORS - this.#errors.length;
    if (room > 0) this.#errors = Buffer.concat([this.#errors, bytes.subarray(0, room)]);
  }

  /** The answer, once all of it is there; rejects with NoAnswer if it has no head. */
  async whole(): Promise<Answer> {
    const errors = this.#errors.toString().trim();
    const head = /^(.*?)(?:\r?\n){2}/s.exec(this.#start.toString('latin1'));
    if (head === null) {
      const said = errors === '' ? '' : `; on its error stream: ${JSON.stringify(errors.slice(0, 400))}`;
      throw new NoAnswer(
        this.#bytes === 0 ? `the application printed nothing${said}` : `what it printed has no head${said}`,
      );
    }
    const fields = head[1]!.split(/\r?\n/).map(toField);
    const status = statusOf(fields);
    const at = head[0].length;
    return {
      ...status,
      fields: fields.filter(([name]) => name.toLowerCase() !== 'status'),
      bodyBytes: this.#bytes - at,
      bodyStart: this.#start.subarray(at, at + this.#shown),
      connect: this.#connect,
      firstByte: this.#firstByte,
      total: this.#elapsed(),
      errors,
    };
  }
}

function toField(line: string): [string, string] {
  const colon = line.indexOf(':');
  return colon < 0 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 1).trim()];
}

function statusOf(fields: readonly (readonly [string, string])[]): { status: number; reason: string } {
  const find = (wanted: string): string | undefined =>
    fields.find(([name]) => name.toLowerCase() === wanted)?.[1];
  const [, digits, reason] = /^(\d{3})(?: (.*))?$/.exec(find('status') ?? '') ?? [];
  const status = digits === undefined ? (find('location') === undefined ? 200 : 302) : Number(digits);
  return { status, reason: reason || (STATUS_CODES[status] ?? '') };
}
