import type { Exchange } from './exchange.ts';
import type { Pool } from './pool/pool.ts';
import type { BodyTaker, RequestBody } from './replay.ts';
import type { SpoolSpace } from './spool/space.ts';

/**
 * Takes the body of a request in before a lease is asked for, where its pool wants that. False: there is nothing to wait
 * for; otherwise the taker hears when as much of it has come as is wanted.
 */
export function takeIn(exchange: Exchange, pool: Pool, space: SpoolSpace, taker: BodyTaker): boolean {
  const body = exchange.body!;
  body.answerTo(taker);
  if (body.complete) {
    measure(exchange, pool);
    return false;
  }
  const { needsLength, takeIn: bytes } = pool.buffering;
  const wanted = needsLength && exchange.bodyLength === undefined ? Infinity : bytes;
  if (body.length >= wanted) return false;
  welcome(exchange, body);
  body.takeIn(wanted, space, taker);
  return true;
}

/** Gives a length to a body that had none, for a backend that has to know it. */
export function measure(exchange: Exchange, pool: Pool): void {
  if (pool.buffering.needsLength) exchange.bodyLength ??= exchange.body!.length;
}

/** Lets a client go on that waits for that, now that there is someone to take its body (RFC 9110, 10.1.1). */
export function welcome(exchange: Exchange, body: RequestBody): void {
  if (exchange.expectsContinue && !body.begun) exchange.answer.interim(100, '');
  exchange.expectsContinue = false;
}
