import type { DemoDialect, DemoRequest } from './demo-application.ts';

/** SCGI: a netstring of names and values, each ended by a NUL, then the body; the answer to the end of the stream. */
export const demoScgi: DemoDialect = {
  scheme: 'scgi',
  read: readScgi,
  write: output => output,
};

function readScgi(bytes: Buffer): DemoRequest | undefined {
  const colon = bytes.subarray(0, 10).indexOf(':');
  if (colon < 0) return refuseIf(bytes.length >= 10);
  const digits = bytes.toString('latin1', 0, colon);
  if (!/^\d+$/.test(digits)) return refuseIf(true);
  const comma = colon + 1 + Number(digits);
  if (bytes.length <= comma) return undefined;
  const parts = bytes.toString('latin1', colon + 1, comma).split('\0');
  const variables = new Map<string, string>();
  for (let i = 0; i + 1 < parts.length; i += 2) variables.set(parts[i]!, parts[i + 1]!);
  const length = comma + 1 + Number(variables.get('CONTENT_LENGTH') ?? 0);
  if (bytes.length < length) return undefined;
  return { variables, body: bytes.subarray(comma + 1, length), length, keep: false };
}

function refuseIf(wrong: boolean): undefined {
  if (wrong) throw new Error('this is not SCGI');
  return undefined;
}
