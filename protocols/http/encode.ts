import type { Fields } from '../../src/fields.ts';
import { chunkHeader, lastChunk } from '../../src/http1/write.ts';
import type { BackendRequest, ByteSink } from '../../src/protocol.ts';

/** The head of a request as HTTP/1.1 (RFC 9112, 3), framed anew; `authority` is used where the client named no host. */
export function encodeHead(request: BackendRequest, authority: string): string {
  const host = request.host === '' ? authority : request.host;
  let head = `${request.method} ${request.target} HTTP/1.1\r\nHost: ${host}\r\n${request.fields}`;
  if (request.hasBody) {
    head +=
      request.bodyLength === undefined
        ? 'Transfer-Encoding: chunked\r\n'
        : `Content-Length: ${request.bodyLength}\r\n`;
  }
  if (request.upgrade !== undefined) head += `Connection: Upgrade\r\nUpgrade: ${request.upgrade}\r\n`;
  else if (request.wantsTrailers) head += 'TE: trailers\r\nConnection: TE\r\n';
  return `${head}\r\n`;
}

/** A part of the body: as it is when its length was announced, else as a chunk. */
export function encodeData(chunk: Buffer, chunked: boolean, out: ByteSink): void {
  if (!chunked) {
    out.write(chunk);
    return;
  }
  out.write(chunkHeader(chunk.length));
  out.write(chunk);
  out.write('\r\n');
}

/** The end of a body. */
export function encodeEnd(trailers: Fields, chunked: boolean, out: ByteSink): void {
  if (chunked) out.write(lastChunk(trailers));
}
