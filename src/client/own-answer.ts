import { type Asker, ownWords } from '../answers/own-words.ts';
import type { GatewayError } from '../errors.ts';
import type { FieldLines } from '../fields.ts';

/** An answer that the gateway gives itself. */
export interface OwnAnswer {
  readonly fields: FieldLines;
  readonly body: readonly Buffer[];
}

/**
 * The answer to an exchange that failed: short, plain or JSON as the client prefers, or the page that stands for its status,
 * with the error's name from RFC 9209 in Proxy-Status. It says nothing of what is behind the gateway.
 */
export function ownAnswer(error: GatewayError, asker: Asker): OwnAnswer {
  const { status, proxyStatus } = error.row;
  const { type, body } = ownWords(asker, status, proxyStatus);
  let fields = `Content-Type: ${type}\r\n`;
  fields += 'Cache-Control: no-store\r\n';
  fields += `Proxy-Status: sluice; error=${proxyStatus}${error.parameters}\r\n`;
  fields += `X-Request-Id: ${asker.id}\r\n`;
  // Nothing but a file refuses a method here (RFC 9110, 15.5.6).
  if (status === 405) fields += 'Allow: GET, HEAD\r\n';
  if (status === 503) fields += `Retry-After: ${error.retryAfter}\r\n`;
  return { fields, body };
}
