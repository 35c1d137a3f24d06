/** What frames a body. */
export type Framing = 'none' | 'length' | 'chunked' | 'close';

/** A request or an answer as it came over the wire, read by nothing that the gateway is made of. */
export class Message {
  readonly startLine: string;
  /** Name and value of every field, in the order and case in which they came. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly framing: Framing;
  readonly body: Buffer;
  /** Sizes of the chunks, if the body came in such. */
  readonly chunks: readonly number[];
  readonly trailers: readonly (readonly [name: string, value: string])[];
  /** Bytes on the wire. */
  readonly size: number;

  constructor(head: Head, body: Body) {
    this.startLine = head.startLine;
    this.fields = head.fields;
    this.framing = body.framing;
    this.body = body.bytes;
    this.chunks = body.chunks;
    this.trailers = body.trailers;
    this.size = body.end;
  }

  get method(): string {
    return this.startLine.split(' ')[0]!;
  }

  get target(): string {
    return this.startLine.split(' ')[1]!;
  }

  get status(): number {
    return Number(this.startLine.split(' ')[1]);
  }

  get reason(): string {
    return this.startLine.split(' ').slice(2).join(' ');
  }

  get text(): string {
    return this.body.toString('latin1');
  }

  /** The fields as lines, for comparing order and case. */
  get lines(): string[] {
    return this.fields.map(([name, value]) => `${name}: ${value}`);
  }

  /** All values of a field, its name in any case. */
  all(name: string): string[] {
    return valuesOf(this.fields, name);
  }

  /** The only value of a field; undefined if it is not there. Throws if it is repeated. */
  field(name: string): string | undefined {
    const values = this.all(name);
    if (values.length > 1) throw new Error(`${name} is there ${values.length} times`);
    return values[0];
  }
}

/** Start line and fields, and where they end. */
export interface Head {
  readonly startLine: string;
  readonly fields: readonly (readonly [string, string])[];
  readonly end: number;
}

interface Body {
  readonly framing: Framing;
  readonly bytes: Buffer;
  readonly chunks: readonly number[];
  readonly trailers: readonly (readonly [string, string])[];
  readonly end: number;
}

const NOTHING = Buffer.alloc(0);

/** The head at the start of the bytes; undefined if it is not complete. Throws if it is not a head. */
export function readHead(bytes: Buffer): Head | undefined {
  const end = bytes.indexOf('\r\n\r\n', 0, 'latin1');
  if (end < 0) return undefined;
  const [startLine = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  if (!/^([^ ]+ [^ ]+ HTTP\/1\.[01]|HTTP\/1\.[01] \d{3} .*)$/.test(startLine))
    throw new Error(`not a start line: ${startLine}`);
  return { startLine, fields: lines.map(readField), end: end + 4 };
}

function readField(line: string): readonly [string, string] {
  const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+): ([^\r\n\0]*)$/.exec(line);
  if (!match) throw new Error(`not a field line: ${JSON.stringify(line)}`);
  return [match[1]!, match[2]!];
}

/** The request at the start of the bytes; undefined if it is not complete. Throws if it is malformed. */
export function readRequest(bytes: Buffer): Message | undefined {
  const head = readHead(bytes);
  if (!head) return undefined;
  const body = readBody(bytes, head, false) ?? undefined;
  return body && new Message(head, body);
}

/** The answer to a request of that method at the start of the bytes; undefined if it is not complete. */
export function readResponse(bytes: Buffer, method: string, closed: boolean): Message | undefined {
  const head = readHead(bytes);
  if (!head) return undefined;
  const status = Number(head.startLine.slice(9, 12));
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) {
    return new Message(head, { framing: 'none', bytes: NOTHING, chunks: [], trailers: [], end: head.end });
  }
  const body = readBody(bytes, head, true, closed);
  return body && new Message(head, body);
}

function readBody(bytes: Buffer, head: Head, answer: boolean, closed = false): Body | undefined {
  const lengths = valuesOf(head.fields, 'content-length');
  const codings = valuesOf(head.fields, 'transfer-encoding');
  if (lengths.length + codings.length > 1) throw new Error(`framed more than once: ${lengths} ${codings}`);
  if (codings.length > 0) return readChunked(bytes, head.end);
  if (lengths.length > 0) {
    const end = head.end + Number(lengths[0]);
    if (bytes.length < end) return undefined;
    return { framing: 'length', bytes: copy(bytes, head.end, end), chunks: [], trailers: [], end };
  }
  if (!answer) return { framing: 'none', bytes: NOTHING, chunks: [], trailers: [], end: head.end };
  if (!closed) return undefined;
  const end = bytes.length;
  return { framing: 'close', bytes: copy(bytes, head.end, end), chunks: [], trailers: [], end };
}

function readChunked(bytes: Buffer, start: number): Body | undefined {
  const parts: Buffer[] = [];
  for (let at = start; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at, 'latin1');
    if (lineEnd < 0) return undefined;
    const line = bytes.toString('latin1', at, lineEnd);
    if (!/^[0-9a-fA-F]+$/.test(line)) throw new Error(`not a chunk size: ${JSON.stringify(line)}`);
    const size = Number.parseInt(line, 16);
    at = lineEnd + 2;
    if (size === 0) return readTrailers(bytes, at, parts);
    if (bytes.length < at + size + 2) return undefined;
    parts.push(copy(bytes, at, at + size));
    at += size + 2;
    if (bytes.toString('latin1', at - 2, at) !== '\r\n') throw new Error('a chunk does not end in CRLF');
  }
}

function readTrailers(bytes: Buffer, start: number, parts: readonly Buffer[]): Body | undefined {
  const lines: string[] = [];
  for (let at = start; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at, 'latin1');
    if (lineEnd < 0) return undefined;
    const line = bytes.toString('latin1', at, lineEnd);
    at = lineEnd + 2;
    if (line !== '') {
      lines.push(line);
      continue;
    }
    const chunks = parts.map(part => part.length);
    return {
      framing: 'chunked',
      bytes: Buffer.concat(parts),
      chunks,
      trailers: lines.map(readField),
      end: at,
    };
  }
}

function valuesOf(fields: Head['fields'], name: string): string[] {
  return fields.filter(field => field[0].toLowerCase() === name.toLowerCase()).map(field => field[1]);
}

function copy(bytes: Buffer, start: number, end: number): Buffer {
  return Buffer.from(bytes.subarray(start, end));
}
