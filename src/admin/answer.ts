import type { ServerResponse } from 'node:http';
import { OrderError } from '../control.ts';
import { Refusal, STATUSES } from './refusal.ts';
import { VERSION } from './version.ts';

/** Milliseconds in which a client has to take at least a part of what it is sent. */
const WRITE_TIMEOUT = 10_000;

/** Sends JSON, and ends the connection of a client that does not take it. */
export function answer(response: ServerResponse, status: number, content: object): void {
  const text = `${JSON.stringify(content)}\n`;
  response.writeHead(status, {
    'Content-Type': 'application/json',
    Server: `sluice/${VERSION}`,
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  response.setTimeout(WRITE_TIMEOUT, () => response.destroy());
  response.end(text);
}

/** Sends why a request was not carried out. */
export function answerRefusal(response: ServerResponse, refusal: Refusal): void {
  const { kind, message, allow } = refusal;
  if (allow !== undefined) response.setHeader('Allow', allow);
  if (kind === 'unauthorized') response.setHeader('WWW-Authenticate', 'Bearer');
  // What is left of the request is not worth reading.
  if (kind !== 'unknown' && kind !== 'refused') response.setHeader('Connection', 'close');
  answer(response, STATUSES[kind], { error: { kind, message } });
}

/** What was thrown, as a refusal; what is neither a refusal nor an order's error is a defect, whose words stay in the log. */
export function refusalOf(thrown: unknown): Refusal {
  if (thrown instanceof Refusal) return thrown;
  if (thrown instanceof OrderError) return new Refusal(thrown.kind, thrown.message);
  return new Refusal('defect', 'a defect of the gateway kept it from that; its log says more');
}

/** The bytes that are sent to who does not speak HTTP, and to who takes too long or says too much to begin with. */
export function answerInBytes(code: string | undefined): string {
  const [status, message] =
    code === 'HPE_HEADER_OVERFLOW'
      ? ['431 Request Header Fields Too Large', 'the head of the request is too long']
      : code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ['408 Request Timeout', 'the request did not come in time']
        : ['400 Bad Request', 'that is no request of HTTP/1.1'];
  const text = `${JSON.stringify({ error: { kind: 'invalid', message } })}\n`;
  return `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\nConnection: close\r\n\r\n${text}`;
}
