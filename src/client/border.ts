import { type Networks, UNIX } from '../config/cidr.ts';
import type { ErrorPages } from '../error-pages.ts';
import { GatewayError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import {
  CONNECTION,
  CONTENT_LENGTH,
  EXPECT,
  type FieldLines,
  FORWARDED,
  HOST,
  LOOKALIKE,
  listsToken,
  OTHER,
  TE,
  UPGRADE,
  VIA,
  X_FORWARDED_FOR,
  X_FORWARDED_HOST,
  X_FORWARDED_PROTO,
  X_REAL_IP,
  X_REQUEST_ID,
} from '../fields.ts';
import { CHUNKED, requestBodyLength } from '../http1/framing.ts';
import type { HeadFields } from '../http1/head.ts';
import { isHopByHop, namedByConnection } from '../http1/hop-by-hop.ts';
import { checkHost } from '../http1/host.ts';
import type { RequestHeadParser } from '../http1/request-head.ts';
import { splitTarget } from '../http1/target.ts';
import { clientBehind, type Peer } from './peer.ts';
import { isRequestId, requestId } from './request-id.ts';

/** What the border needs to know of the gateway. */
export interface BorderPolicy {
  /** How this gateway calls itself in Via (RFC 9110, 7.6.3); unlike any other's. */
  readonly pseudonym: string;
  readonly trusted: Networks;
  /** What stands for failures of requests that have no route yet; null: the gateway's own words do. */
  readonly pages: ErrorPages | null;
}

/** What a trusted proxy said of the request; empty: nothing. */
interface Hearsay {
  forwardedFor: string;
  proto: string;
  host: string;
  id: string;
  /** Other fields of the kind, as lines. */
  rest: FieldLines;
}

const NOTHING_HEARD: Hearsay = Object.freeze({ forwardedFor: '', proto: '', host: '', id: '', rest: '' });

/**
 * Takes a request over the border: fills an exchange from a head that was read. What is meant for this hop stays here,
 * what the gateway says itself nobody else may say, and what two readers could read in two ways is refused by GatewayError.
 */
export function admit(head: RequestHeadParser, exchange: Exchange, peer: Peer, policy: BorderPolicy): void {
  exchange.method = head.method;
  exchange.target = head.target;
  exchange.minor = head.minor;
  exchange.client = peer.address;
  exchange.ends = peer;
  exchange.id = requestId();
  if (head.method === 'CONNECT')
    throw new GatewayError('not_implemented', 'this gateway is no CONNECT proxy');
  const { authority, path } = splitTarget(head.target, head.method);
  exchange.target = path;
  exchange.host = checkHost(head, authority);
  admitBody(head, exchange);
  admitFields(head, exchange, peer, policy);
}

function admitBody(head: RequestHeadParser, exchange: Exchange): void {
  const length = requestBodyLength(head);
  exchange.bodyLength = length === CHUNKED ? undefined : length;
  exchange.hasBody = length !== 0;
}

function admitFields(head: RequestHeadParser, exchange: Exchange, peer: Peer, policy: BorderPolicy): void {
  const { codes, count } = head;
  const named = namedByConnection(head);
  const hearsay = peer.trusted ? { forwardedFor: '', proto: '', host: '', id: '', rest: '' } : NOTHING_HEARD;
  let kept = '';
  let run = 0;
  for (let i = 0; i < count; i++) {
    const code = codes[i]!;
    if (code === OTHER && named.length === 0) continue;
    if (isHopByHop(head, i, named)) admitOption(code, head, i, exchange);
    else if (isHearsay(code)) hear(code, head, i, hearsay, peer);
    else {
      if (code === VIA) checkLoop(head.value(i), policy);
      continue;
    }
    kept += head.lines(run, i);
    run = i + 1;
  }
  kept += head.lines(run, count);
  checkUpgrade(exchange);
  exchange.fields = kept + hearsay.rest + introduction(hearsay, exchange, peer, policy);
}

/** A field that is meant for this hop, and what it means for the exchange. */
function admitOption(code: number, head: HeadFields, index: number, exchange: Exchange): void {
  if (code === CONTENT_LENGTH) exchange.hasBody = true;
  // The others came with HTTP/1.1, and mean nothing in a message of HTTP/1.0 (RFC 9110, 7.8 and 10.1.1).
  else if (exchange.minor === 0 || code === HOST) return;
  else if (code === TE) exchange.wantsTrailers ||= listsToken(head.value(index), 'trailers');
  else if (code === UPGRADE) exchange.upgrade = head.value(index);
  else if (code === CONNECTION) exchange.wantsUpgrade ||= listsToken(head.value(index), 'upgrade');
  else if (code === EXPECT) admitExpectation(head.value(index), exchange);
}

function admitExpectation(value: string, exchange: Exchange): void {
  if (value.toLowerCase() !== '100-continue') {
    throw new GatewayError('expectation_failed', `cannot meet the expectation ${JSON.stringify(value)}`);
  }
  exchange.expectsContinue = true;
}

/**
 * Takes back an upgrade that is not to be granted: not named by Connection (RFC 9110, 7.8), with a body in the way, or to
 * HTTP/2, whose requests would go past the gateway unseen.
 */
function checkUpgrade(exchange: Exchange): void {
  const { upgrade } = exchange;
  if (upgrade === undefined) return;
  if (!exchange.wantsUpgrade || exchange.hasBody || /\bh2c?\b/i.test(upgrade)) exchange.upgrade = undefined;
}

/** Fields by which a proxy tells of its client: from a client itself they are worth nothing. */
function isHearsay(code: number): boolean {
  switch (code) {
    case X_FORWARDED_FOR:
    case X_FORWARDED_PROTO:
    case X_FORWARDED_HOST:
    case FORWARDED:
    case X_REAL_IP:
    case X_REQUEST_ID:
    case LOOKALIKE:
      return true;
    default:
      return false;
  }
}

function hear(code: number, head: HeadFields, index: number, hearsay: Hearsay, peer: Peer): void {
  // A trusted proxy vouches for what it says, not for what it let pass.
  if (!peer.trusted || code === LOOKALIKE) return;
  const value = head.value(index);
  switch (code) {
    case X_FORWARDED_FOR:
      hearsay.forwardedFor += hearsay.forwardedFor === '' ? value : `, ${value}`;
      break;
    case X_FORWARDED_PROTO:
      hearsay.proto = value;
      break;
    case X_FORWARDED_HOST:
      hearsay.host = value;
      break;
    case X_REQUEST_ID:
      if (isRequestId(value)) hearsay.id = value;
      break;
    default:
      hearsay.rest += head.lines(index, index + 1);
  }
}

function checkLoop(via: string, policy: BorderPolicy): void {
  if (via.includes(policy.pseudonym)) {
    throw new GatewayError('proxy_loop_detected', 'the request has been here before, says its Via field');
  }
}

/** The fields by which this gateway tells of its client and of itself. */
function introduction(hearsay: Hearsay, exchange: Exchange, peer: Peer, policy: BorderPolicy): FieldLines {
  if (hearsay.id !== '') exchange.id = hearsay.id;
  if (hearsay.forwardedFor !== '') {
    exchange.client = clientBehind(hearsay.forwardedFor, peer.address, policy.trusted);
  }
  const proto = hearsay.proto === '' ? peer.scheme : hearsay.proto;
  exchange.secure = proto === 'https';
  const host = hearsay.host === '' ? exchange.host : hearsay.host;
  const hostLine = host === '' ? '' : `X-Forwarded-Host: ${host}\r\n`;
  const version = exchange.minor === 1 ? '1.1' : '1.0';
  return (
    `${forwardedForLine(hearsay.forwardedFor, peer)}X-Forwarded-Proto: ${proto}\r\n${hostLine}` +
    `Via: ${version} ${policy.pseudonym}\r\nX-Request-Id: ${exchange.id}\r\n`
  );
}

/** The addresses on the way here; a unix socket has none to add. */
function forwardedForLine(heard: string, peer: Peer): FieldLines {
  if (peer.address === UNIX) return heard === '' ? '' : `X-Forwarded-For: ${heard}\r\n`;
  return `X-Forwarded-For: ${heard === '' ? peer.address : `${heard}, ${peer.address}`}\r\n`;
}
