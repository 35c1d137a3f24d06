import type { ResponseSink } from '../../src/protocol.ts';

/** Longest text that is handed on as one. */
const LONGEST = 8_192;

/** Bytes of one request's error stream that are handed on. */
const MOST = 65_536;

/** What an application says on its error stream during one request: handed on in whole lines, and no more than 64 KiB. */
export class ErrorText {
  /** Bytes, as latin1, of a line that is not complete. */
  private held = '';
  private total = 0;

  /** Forgets all that was said. */
  begin(): void {
    this.held = '';
    this.total = 0;
  }

  receive(chunk: Buffer, start: number, end: number, sink: ResponseSink): void {
    if (this.total > MOST) return;
    this.total += end - start;
    this.held += chunk.toString('latin1', start, end);
    if (this.total > MOST) {
      this.flush(sink);
      sink.diagnostic(`more than ${MOST} bytes for one request: the rest is dropped`);
      return;
    }
    const lines = this.held.lastIndexOf('\n') + 1;
    if (lines > 0) this.say(lines, sink);
    if (this.held.length > LONGEST) this.flush(sink);
  }

  /** Hands on what is there, be it a whole line or not. */
  flush(sink: ResponseSink): void {
    if (this.held !== '') this.say(this.held.length, sink);
  }

  private say(length: number, sink: ResponseSink): void {
    const bytes = Buffer.from(this.held.slice(0, length), 'latin1');
    this.held = this.held.slice(length);
    for (let at = 0; at < length; at += LONGEST) {
      const text = bytes.toString('utf8', at, Math.min(length, at + LONGEST)).trim();
      if (text !== '') sink.diagnostic(text);
    }
  }
}
