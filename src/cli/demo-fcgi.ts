import type { DemoDialect, DemoRequest } from './demo-application.ts';

const HEADER = 8;
const BEGIN_REQUEST = 1;
const END_REQUEST = 3;
const PARAMS = 4;
const STDIN = 5;
const STDOUT = 6;
const LONGEST = 65_528;

/** FastCGI: records of variables and of input, each kind ended by an empty one; the answer in records, too. */
export const demoFcgi: DemoDialect = {
  scheme: 'fcgi',
  read: readFcgi,
  write: writeFcgi,
};

function readFcgi(bytes: Buffer): DemoRequest | undefined {
  const params: Buffer[] = [];
  const input: Buffer[] = [];
  let keep = false;
  for (let at = 0; at + HEADER <= bytes.length; ) {
    const content = at + HEADER;
    const end = content + bytes.readUInt16BE(at + 4);
    const next = end + bytes[at + 6]!;
    if (bytes.length < next) return undefined;
    const type = bytes[at + 1];
    if (type === BEGIN_REQUEST) keep = (bytes[content + 2]! & 1) === 1;
    else if (type === PARAMS) params.push(bytes.subarray(content, end));
    else if (type === STDIN && end === content) {
      const variables = readVariables(Buffer.concat(params));
      return { variables, body: Buffer.concat(input), length: next, keep };
    } else if (type === STDIN) input.push(bytes.subarray(content, end));
    at = next;
  }
  return undefined;
}

function readVariables(block: Buffer): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  let at = 0;
  const length = (): number => {
    if (block[at]! < 128) return block[at++]!;
    at += 4;
    return block.readUInt32BE(at - 4) & 0x7fff_ffff;
  };
  const text = (bytes: number): string => {
    at += bytes;
    return block.toString('latin1', at - bytes, at);
  };
  while (at < block.length) {
    const nameBytes = length();
    const valueBytes = length();
    variables.set(text(nameBytes), text(valueBytes));
  }
  return variables;
}

function writeFcgi(output: Buffer): Buffer {
  const records: Buffer[] = [];
  for (let at = 0; at < output.length; at += LONGEST)
    records.push(record(STDOUT, output.subarray(at, at + LONGEST)));
  return Buffer.concat([...records, record(STDOUT, Buffer.alloc(0)), record(END_REQUEST, Buffer.alloc(8))]);
}

function record(type: number, content: Buffer): Buffer {
  const { length } = content;
  return Buffer.concat([Buffer.from([1, type, 0, 1, length >> 8, length & 255, 0, 0]), content]);
}
