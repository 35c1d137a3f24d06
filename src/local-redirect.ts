import { GatewayError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import type { FieldLines } from './fields.ts';
import { CLASS, SLASH, TARGET } from './http1/bytes.ts';

/** So many local redirects may follow one another in an exchange. */
const MOST = 8;

/** Fields that describe a body which a redirected request does not have. */
const OF_A_BODY = /^content-[^:]*:[^\r]*\r\n/gim;

/**
 * Makes an exchange ask for another path of this gateway: a GET without a body, or a HEAD if it was one (RFC 3875, 6.2.2).
 * What the client still sends of its body is dropped. Throws GatewayError for a ninth redirect, and for a target that no
 * client could ask for.
 */
export function redirectLocally(exchange: Exchange, target: string): void {
  checkTarget(target);
  countRedirect(exchange, target);
  exchange.beginAnew();
  if (exchange.method !== 'HEAD') exchange.method = 'GET';
  exchange.target = target;
  exchange.upgrade = undefined;
  exchange.expectsContinue = false;
  exchange.fields = withoutBodyFields(exchange.fields);
  dropBody(exchange);
}

/** Counts that a backend has sent an exchange on, to `target`; throws GatewayError for the ninth time. */
export function countRedirect(exchange: Exchange, target: string): void {
  if (exchange.redirects >= MOST)
    throw new GatewayError(
      'redirect_loop',
      `backends have sent the request on more than ${MOST} times, the last time to ${target}`,
    );
  exchange.redirects++;
}

/** Whether a client could ask for it: a path, perhaps with a query, of bytes that a target may have (RFC 9112, 3.2). */
export function isTarget(target: string): boolean {
  let valid = target.charCodeAt(0) === SLASH;
  for (let i = 0; valid && i < target.length; i++) valid = (CLASS[target.charCodeAt(i)]! & TARGET) !== 0;
  return valid;
}

function checkTarget(target: string): void {
  if (isTarget(target)) return;
  throw new GatewayError(
    'http_protocol_error',
    `the application redirects to ${JSON.stringify(target)}, which is no path of this gateway`,
  );
}

function withoutBodyFields(fields: FieldLines): FieldLines {
  return fields.replace(OF_A_BODY, '');
}

function dropBody(exchange: Exchange): void {
  exchange.bodyLength = 0;
  exchange.hasBody = false;
  exchange.body?.drop();
}
