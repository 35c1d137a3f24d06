/** A record of an answer as a test writes it. */
export interface DnsRecord {
  readonly type: 'A' | 'AAAA' | 'CNAME' | 'SRV';
  /** An address; the name that a CNAME leads to; `PRIORITY WEIGHT PORT TARGET` of SRV. */
  readonly data: string;
  /** In seconds. */
  readonly ttl?: number;
  /** Whose record it is; undefined: of the name that was asked for. */
  readonly owner?: string;
}

/** What a server is asked. */
export interface DnsQuestion {
  readonly name: string;
  readonly type: string;
  readonly transport: 'udp' | 'tcp';
}

const TYPES: Readonly<Record<string, number>> = { A: 1, CNAME: 5, AAAA: 28, SRV: 33 };

/** Where the question begins in a message (RFC 1035, 4.1.1). */
const HEAD = 12;

/** The question of a query, and how many bytes head and question take. */
export function readQuestion(query: Buffer): { name: string; type: string; length: number } {
  const labels: string[] = [];
  let at = HEAD;
  for (let size = query[at]!; size > 0; size = query[at]!) {
    labels.push(query.toString('latin1', at + 1, at + 1 + size));
    at += 1 + size;
  }
  const type = query.readUInt16BE(at + 1);
  const word = Object.keys(TYPES).find(name => TYPES[name] === type) ?? String(type);
  return { name: labels.join('.').toLowerCase(), type: word, length: at + 5 };
}

/** The answer to a query: the same id and question, an error code, and records; `cut`: without them, for TCP is to be asked. */
export function writeAnswer(
  query: Buffer,
  rcode: number,
  records: readonly DnsRecord[],
  cut = false,
): Buffer {
  const { length } = readQuestion(query);
  const head = Buffer.from(query.subarray(0, length));
  head.writeUInt16BE(0x8180 | rcode | (cut ? 0x0200 : 0), 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(cut ? 0 : records.length, 6);
  head.writeUInt32BE(0, 8);
  return Buffer.concat([head, ...(cut ? [] : records.map(writeRecord))]);
}

function writeRecord({ type, data, ttl = 60, owner }: DnsRecord): Buffer {
  const body = writeData(type, data);
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(TYPES[type]!, 0);
  fixed.writeUInt16BE(1, 2);
  fixed.writeUInt32BE(ttl, 4);
  fixed.writeUInt16BE(body.length, 8);
  // A pointer to the name in the question (RFC 1035, 4.1.4).
  const name = owner === undefined ? Buffer.from([0xc0, HEAD]) : writeName(owner);
  return Buffer.concat([name, fixed, body]);
}

function writeData(type: DnsRecord['type'], data: string): Buffer {
  if (type === 'A') return Buffer.from(data.split('.').map(Number));
  if (type === 'AAAA') return writeAddress(data);
  if (type === 'CNAME') return writeName(data);
  const [priority, weight, port, target = ''] = data.split(' ');
  const fixed = Buffer.alloc(6);
  [priority, weight, port].forEach((word, i) => {
    fixed.writeUInt16BE(Number(word), i * 2);
  });
  return Buffer.concat([fixed, writeName(target)]);
}

function writeAddress(text: string): Buffer {
  const [front = '', back = ''] = text.split('::');
  const groups = (part: string) =>
    part === '' ? [] : part.split(':').map(group => Number.parseInt(group, 16));
  const bytes = Buffer.alloc(16);
  groups(front).forEach((group, i) => {
    bytes.writeUInt16BE(group, i * 2);
  });
  const last = groups(back);
  last.forEach((group, i) => {
    bytes.writeUInt16BE(group, 16 - (last.length - i) * 2);
  });
  return bytes;
}

function writeName(name: string): Buffer {
  const labels = name.split('.').filter(label => label !== '');
  const parts = labels.map(label => Buffer.from(`${String.fromCharCode(label.length)}${label}`, 'latin1'));
  return Buffer.concat([...parts, Buffer.from([0])]);
}
