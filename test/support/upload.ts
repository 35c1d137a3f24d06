import { createHash, randomBytes } from 'node:crypto';

/** An upload, and what an application has to say of it if it came as it was. */
export interface Upload {
  readonly bytes: Buffer;
  readonly sha256: string;
}

/** So many random bytes. */
export function makeUpload(length: number): Upload {
  const bytes = randomBytes(length);
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** What `fetch` needs to post the bytes with their length, or in chunks without it. */
export function posting({ bytes }: Upload, chunked: boolean): RequestInit {
  const headers = { 'content-type': 'application/octet-stream' };
  if (!chunked) return { method: 'POST', headers, body: new Uint8Array(bytes) };
  return { method: 'POST', headers, body: ReadableStream.from(parts(bytes)), duplex: 'half' };
}

function* parts(bytes: Buffer): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 50_000) yield new Uint8Array(bytes.subarray(at, at + 50_000));
}
