import { close, read, readSync } from 'node:fs';
import { answerInOwnWords } from '../answers/answer-in-own-words.ts';
import { now } from '../clock.ts';
import { GatewayError, toGatewayError } from '../errors.ts';
import type { Carrier, Exchange } from '../exchange.ts';
import { type FieldLines, NO_FIELDS } from '../fields.ts';
import { type FileHead, headFor } from './file-head.ts';
import type { OpenFile } from './open-file.ts';

/** Bytes that are read at once. */
const CHUNK = 65_536;

/** So many parts are read one after the other before others have their turn. */
const IN_A_ROW = 4;

/** Sends an open file to a client at the client's pace, and closes it in every case, once nobody looks into it any more. */
export class FileAnswer implements Carrier {
  readonly waiting = false;
  private position = 0;
  private remaining = 0;
  /** Whether the system is at work on the descriptor: closed now, its number could mean another file. */
  private busy = false;
  private buffer: Buffer | null = null;
  private inRow = 0;
  private gone = false;
  private closed = false;
  private readonly exchange: Exchange;
  private readonly file: OpenFile;
  private readonly fields: FieldLines;
  private readonly type: FieldLines;
  private readonly taken: (error: Error | null, bytes: number, buffer: Buffer) => void;

  /** `type`: the field that says it, unless it is among the others. */
  constructor(exchange: Exchange, file: OpenFile, fields: FieldLines, type: FieldLines) {
    this.exchange = exchange;
    this.file = file;
    this.fields = fields;
    this.type = type;
    this.taken = (error, bytes, buffer) => this.read(error, bytes, buffer);
  }

  /** Answers by what the request says about the state of the file. */
  judge(): void {
    this.busy = true;
    headFor(this.exchange, this.file)
      .catch(toGatewayError)
      .then(head => this.judged(head))
      .catch(thrown => this.abandon(toGatewayError(thrown)));
  }

  /** Answers under this head. */
  begin(head: FileHead): void {
    const { exchange } = this;
    const fields = this.fields + head.fields;
    if (head.status >= 400) {
      this.leave();
      answerInOwnWords(exchange, head.status, fields);
      return;
    }
    this.commit(head, fields);
    this.position = head.start;
    this.remaining = head.status === 304 || exchange.method === 'HEAD' ? 0 : head.length;
    if (this.remaining === 0) this.finish();
    else this.readNext();
  }

  abandon(error: GatewayError): void {
    this.leave();
    this.exchange.fail(error);
  }

  clientWritable(): void {
    if (!this.busy && !this.gone) this.readNext();
  }

  private judged(head: FileHead | GatewayError): void {
    now();
    this.busy = false;
    if (this.gone) this.leave();
    else if (head instanceof GatewayError) this.abandon(head);
    else this.begin(head);
  }

  private commit({ status, length }: FileHead, fields: FieldLines): void {
    const { exchange } = this;
    let all = fields;
    if (status !== 304) {
      all += this.type;
      // The length of an answer to HEAD frames nothing, so it goes as any other field.
      if (exchange.method === 'HEAD') all += `Content-Length: ${length}\r\n`;
    }
    exchange.commit(status, '', all, length);
  }

  /**
   * By a thread, so that nobody waits for a disk too long; but at first at once, since what is asked for lies in the
   * system's memory as a rule, and a thread would cost ten times as much as the reading.
   */
  private readNext(): void {
    const wanted = this.ready();
    const buffer = this.buffer!;
    if (this.inRow++ < IN_A_ROW) {
      this.readAtOnce(buffer, wanted);
      return;
    }
    this.inRow = 0;
    this.busy = true;
    read(this.file.descriptor, buffer, 0, wanted, this.position, this.taken);
  }

  private readAtOnce(buffer: Buffer, wanted: number): void {
    let bytes = 0;
    let failure: Error | null = null;
    try {
      bytes = readSync(this.file.descriptor, buffer, 0, wanted, this.position);
    } catch (error) {
      failure = error as Error;
    }
    this.read(failure, bytes, buffer);
  }

  /** Sees to a buffer, and says how many bytes to read into it. */
  private ready(): number {
    const wanted = Math.min(CHUNK, this.remaining);
    this.buffer ??= Buffer.allocUnsafeSlow(wanted);
    return wanted;
  }

  private read(error: Error | null, bytes: number, buffer: Buffer): void {
    now();
    this.busy = false;
    if (this.gone) {
      this.leave();
      return;
    }
    if (error !== null || bytes === 0) {
      const why = error === null ? 'it became shorter while it was sent' : error.message;
      this.abandon(new GatewayError('http_response_incomplete', `file ${this.file.path}: ${why}`, error));
      return;
    }
    this.position += bytes;
    this.remaining -= bytes;
    const room = this.exchange.answer.data(buffer.subarray(0, bytes));
    // What the client has not taken yet still lies there.
    if (!this.exchange.answer.taken) this.buffer = null;
    if (this.gone) return;
    if (this.remaining === 0) this.finish();
    else if (room) this.readNext();
  }

  private finish(): void {
    const { exchange } = this;
    this.leave();
    exchange.carrier = null;
    exchange.answer.end(NO_FIELDS);
  }

  /** Closes the file now, or as soon as the system is done with it. */
  private leave(): void {
    this.gone = true;
    if (this.busy || this.closed) return;
    this.closed = true;
    close(this.file.descriptor, ignore);
  }
}

function ignore(): void {}
