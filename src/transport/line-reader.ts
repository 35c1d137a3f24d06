const LF = 0x0a;

/** Cuts bytes into lines of UTF-8 text, without their ends and without empty ones; of a long line the first part stands for all. */
export class LineReader {
  private readonly longest: number;
  private readonly line: (text: string) => void;
  /** The beginning of a line whose end has not come, in latin1: no character is cut in two. */
  private held = '';

  /** Lines are reported as far as they go, up to `longest` bytes. */
  constructor(longest: number, line: (text: string) => void) {
    this.longest = longest;
    this.line = line;
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      this.hold(chunk, start, end);
      this.end();
      start = end + 1;
    }
    this.hold(chunk, start, chunk.length);
  }

  /** Nothing more comes: what there is of a line is one. */
  end(): void {
    const bytes = Buffer.from(this.held, 'latin1');
    this.held = '';
    const text = bytes.toString('utf8', 0, this.longest).trim();
    if (text !== '') this.line(bytes.length > this.longest ? `${text} ..` : text);
  }

  /** One byte more than is reported tells that there was more. */
  private hold(chunk: Buffer, start: number, end: number): void {
    const room = this.longest + 1 - this.held.length;
    this.held += chunk.toString('latin1', start, Math.min(end, start + room));
  }
}
