import type { Networks } from '../config/cidr.ts';
import type { ErrorPages } from '../error-pages.ts';
import { GatewayError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import {
  CLIENT_CERTIFICATE,
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
  X_FORWARDED_OTHER,
  X_FORWARDED_PORT,
  X_FORWARDED_PROTO,
  X_FORWARDED_UNKNOWN,
  X_REAL_IP,
  X_REQUEST_ID,
} from '../fields.ts';
import { CHUNKED, requestBodyLength } from '../http1/framing.ts';
import type { HeadFields } from '../http1/head.ts';
import { isHopByHop, namedByConnection } from '../http1/hop-by-hop.ts';
import { checkHost } from '../http1/host.ts';
import type { RequestHeadParser } from '../http1/request-head.ts';
import { splitTarget } from '../http1/target.ts';
import { believe } from './belief.ts';
import type { Doubts } from './doubts.ts';
import { Hearsay } from './hearsay.ts';
import { introduce, introduceStranger, type Notation } from './introduction.ts';
import type { Peer } from './peer.ts';
import { requestId } from './request-id.ts';
import { certificateLines } from './tls/certificate-lines.ts';

/** What the border needs to know of the gateway. */
export interface BorderPolicy {
  /** How this gateway calls itself in Via (RFC 9110, 7.6.3); unlike any other's. */
  readonly pseudonym: string;
  readonly trusted: Networks;
  /** In which fields backends are told of the client. */
  readonly notation: Notation;
  /** Where it is told that a trusted proxy contradicts itself. */
  readonly doubts: Doubts;
  /** What stands for failures of requests that have no route yet; null: the gateway's own words do. */
  readonly pages: ErrorPages | null;
}

const NOTHING_HEARD = Object.freeze(new Hearsay());

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
  const hearsay = peer.trusted ? new Hearsay() : NOTHING_HEARD;
  let kept = '';
  let run = 0;
  for (let i = 0; i < count; i++) {
    const code = codes[i]!;
    if (code === OTHER && named.length === 0) continue;
    if (isHopByHop(head, i, named)) admitOption(code, head, i, exchange);
    else if (code === X_FORWARDED_UNKNOWN && peer.trusted) continue;
    else if (isHearsay(code)) {
      // A trusted proxy vouches for what it says, not for what it let pass.
      if (peer.trusted && code !== LOOKALIKE) hearsay.add(code, head, i);
    } else {
      if (code === VIA) checkLoop(head.value(i), policy);
      continue;
    }
    kept += head.lines(run, i);
    run = i + 1;
  }
  kept += head.lines(run, count);
  checkUpgrade(exchange);
  exchange.fields = kept + introduction(hearsay, exchange, peer, policy);
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
    case X_FORWARDED_PORT:
    case X_FORWARDED_OTHER:
    case X_FORWARDED_UNKNOWN:
    case FORWARDED:
    case X_REAL_IP:
    case X_REQUEST_ID:
    case CLIENT_CERTIFICATE:
    case LOOKALIKE:
      return true;
    default:
      return false;
  }
}

function checkLoop(via: string, policy: BorderPolicy): void {
  if (via.includes(policy.pseudonym)) {
    throw new GatewayError('proxy_loop_detected', 'the request has been here before, says its Via field');
  }
}

/** The fields by which this gateway tells of its client and of itself. */
function introduction(hearsay: Hearsay, exchange: Exchange, peer: Peer, policy: BorderPolicy): FieldLines {
  const version = exchange.minor === 1 ? '1.1' : '1.0';
  exchange.tls = peer.tls;
  if (!peer.trusted) {
    exchange.secure = peer.scheme === 'https';
    const stranger = introduceStranger(peer, exchange.host, policy.notation) + certificateLines(peer.tls);
    return `${stranger}Via: ${version} ${policy.pseudonym}\r\nX-Request-Id: ${exchange.id}\r\n`;
  }
  if (hearsay.id !== '') exchange.id = hearsay.id;
  const account = believe(hearsay, peer.address, policy.trusted, policy.doubts);
  exchange.client = account.client;
  exchange.secure = (account.proto || peer.scheme) === 'https';
  exchange.publicHost = account.host;
  exchange.publicPort = account.port;
  const client = introduce(account, peer, exchange.host, policy.notation, hearsay.rest);
  // The certificate of a proxy says nothing of the client for which it speaks.
  const own = exchange.client === peer.address && hearsay.certificate === '';
  const certificate = own ? certificateLines(peer.tls) : hearsay.certificate;
  return `${client}${certificate}Via: ${version} ${policy.pseudonym}\r\nX-Request-Id: ${exchange.id}\r\n`;
}
