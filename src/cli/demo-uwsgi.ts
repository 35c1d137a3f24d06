import type { DemoDialect, DemoRequest } from './demo-application.ts';

const HEADER = 4;

/** uwsgi: a block of names and values with 16-bit lengths, then the body; the answer to the end of the stream. */
export const demoUwsgi: DemoDialect = {
  scheme: 'uwsgi',
  read: readUwsgi,
  write: output => output,
};

function readUwsgi(bytes: Buffer): DemoRequest | undefined {
  if (bytes.length < HEADER) return undefined;
  const end = HEADER + bytes.readUInt16LE(1);
  if (bytes.length < end) return undefined;
  const variables = readVariables(bytes.subarray(HEADER, end));
  const length = end + Number(variables.get('CONTENT_LENGTH') || 0);
  if (bytes.length < length) return undefined;
  return { variables, body: bytes.subarray(end, length), length, keep: false };
}

function readVariables(block: Buffer): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  let at = 0;
  const text = (): string => {
    const start = at + 2;
    at = start + block.readUInt16LE(at);
    return block.toString('latin1', start, at);
  };
  while (at < block.length) {
    const name = text();
    variables.set(name, text());
  }
  return variables;
}
