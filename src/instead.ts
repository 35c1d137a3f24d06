import { answerInPlace } from './answers/answer-in-place.ts';
import { toGatewayError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import type { FieldLines } from './fields.ts';
import type { Onward } from './onward.ts';
import type { Route } from './router/route.ts';

const DIRECTING =
  /^(?:x-accel-redirect|x-reproxy-(?:url|expected-size)|x-rewrite-(?:uri|host|backend)|x-sendfile|x-lighttpd-send-file): [^\r]*\r\n/gim;

/** The fields of an answer without those that are for the gateway, which say nothing to a client even where they are not followed. */
export function undirected(fields: FieldLines): FieldLines {
  return fields.replace(DIRECTING, '');
}

/**
 * What is done in place of relaying a backend's answer, once the attempt is over: what the answer asks for itself, what the
 * exchange's judge has for it, or a page that stands for its status. Null: it is relayed.
 */
export function insteadOf(
  exchange: Exchange,
  route: Route,
  onward: Onward,
  status: number,
  fields: FieldLines,
  bodyLength: number | undefined,
): (() => void) | null {
  if (route.pool.directs && status !== 101 && status !== 304) {
    const directed = onward.directed(exchange, route, fields);
    if (directed !== null) return directed;
  }
  const { judge, pages } = exchange;
  if (judge !== null && !judge.accepts(exchange, status, fields, bodyLength))
    return () => judge.turnedDown(exchange);
  if (status < 400 || pages === null || !pages.intercepts(status)) return null;
  return () => replace(exchange, status, route.pool.directs ? undirected(fields) : fields);
}

function replace(exchange: Exchange, status: number, fields: FieldLines): void {
  try {
    answerInPlace(exchange, status, fields);
  } catch (thrown) {
    exchange.fail(toGatewayError(thrown));
  }
}
