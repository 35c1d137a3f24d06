import type { GatewayError } from '../errors.ts';
import { type FieldLines, firstValue } from '../fields.ts';
import { reasonPhrase } from '../http1/write.ts';

/** An answer that the gateway gives itself. */
export interface OwnAnswer {
  readonly fields: FieldLines;
  readonly body: string;
}

/**
 * The answer to an exchange that failed: short, plain or JSON as the client prefers, with the error's name from RFC 9209
 * in Proxy-Status. It says nothing of what is behind the gateway.
 */
export function ownAnswer(error: GatewayError, id: string, requestFields: FieldLines): OwnAnswer {
  const { status, proxyStatus } = error.row;
  const title = reasonPhrase(status);
  const json = prefersJson(firstValue(requestFields, 'accept') ?? '');
  const body = json
    ? `${JSON.stringify({ status, title, error: proxyStatus, id })}\n`
    : `${status} ${title}\n`;
  let fields = `Content-Type: ${json ? 'application/json' : 'text/plain; charset=utf-8'}\r\n`;
  fields += 'Cache-Control: no-store\r\n';
  fields += `Proxy-Status: sluice; error=${proxyStatus}\r\n`;
  fields += `X-Request-Id: ${id}\r\n`;
  // Nothing but a file refuses a method here (RFC 9110, 15.5.6).
  if (status === 405) fields += 'Allow: GET, HEAD\r\n';
  if (status === 503) fields += `Retry-After: ${error.retryAfter}\r\n`;
  return { fields, body };
}

/** Whether JSON comes before text in an Accept field, by the order of writing: nobody weighs error pages finer than that. */
function prefersJson(accept: string): boolean {
  const json = accept.search(/application\/(?:[\w.-]+\+)?json/i);
  const text = accept.search(/text\/(?:plain|html|\*)/i);
  return json !== -1 && (text === -1 || json < text);
}
