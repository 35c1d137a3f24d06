import type { Networks } from '../config/cidr.ts';
import { GatewayError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import {
  CONNECTION,
  CONTENT_LENGTH,
  EXPECT,
  FORWARDED,
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
import { isNamed, namedByConnection, stopsAtBorder } from '../http1/hop-by-hop.ts';
import { checkHost } from '../http1/host.ts';
import type { RequestHeadParser } from '../http1/request-head.ts';
import { splitTarget } from '../http1/target.ts';
import { clientBehind } from './peer.ts';
import { isRequestId, requestId } from './request-id.ts';

/** What the border needs to know of the gateway. */
export interface BorderPolicy {
  /** How this gateway calls itself in Via (RFC 9110, 7.6.3); unlike any other's. */
  readonly pseudonym: string;
  readonly trusted: Networks;
}

/** Who is at the other end of a client connection. */
export interface Peer {
  readonly address: string;
  /** Whether its X-Forwarded-* and X-Request-Id are believed. */
  readonly trusted: boolean;
  readonly scheme: 'http' | 'https';
}

/** What a trusted proxy said of the request; empty: nothing. */
interface Hearsay {
  forwardedFor: string;
  proto: string;
  host: string;
  id: string;
}

const NOTHING_HEARD: Hearsay = Object.freeze({ forwardedFor: '', proto: '', host: '', id: '' });

/**
 * Takes a request over the border: fills an exchange from a head that was read. What is meant for this hop stays here,
 * what the gateway says itself nobody else may say, and what two readers could read in two ways is refused by GatewayError.
 */
export function admit(head: RequestHeadParser, exchange: Exchange, peer: Peer, policy: BorderPolicy): void {
  exchange.method = head.method;
  exchange.target = head.target;
  exchange.minor = head.minor;
  exchange.client = peer.address;
  exchange.id = requestId();
  if (head.method === 'CONNECT')
    throw new GatewayError('not_implemented', 'this gateway is no CONNECT proxy');
  const { authority, path } = splitTarget(head.target);
  exchange.target = path;
  exchange.host = checkHost(head.fields, head.codes, head.count, head.minor, authority);
  admitBody(head, exchange);
  admitFields(head, exchange, peer, policy);
}

function admitBody(head: RequestHeadParser, exchange: Exchange): void {
  const length = requestBodyLength(head.fields, head.codes, head.count, head.minor);
  exchange.bodyLength = length === CHUNKED ? undefined : length;
  exchange.hasBody = length !== 0;
}

function admitFields(head: RequestHeadParser, exchange: Exchange, peer: Peer, policy: BorderPolicy): void {
  const { fields, codes, count } = head;
  const named = namedByConnection(fields, codes, count);
  const kept: string[] = [];
  const hearsay = peer.trusted ? { forwardedFor: '', proto: '', host: '', id: '' } : NOTHING_HEARD;
  for (let i = 0; i < count; i++) {
    const name = fields[2 * i]!;
    const value = fields[2 * i + 1]!;
    const code = codes[i]!;
    if (code !== OTHER) {
      if (stopsAtBorder(code)) {
        admitOption(code, value, exchange);
        continue;
      }
      if (isHearsay(code)) {
        if (peer.trusted) hear(code, name, value, hearsay, kept);
        continue;
      }
      if (code === VIA && value.includes(policy.pseudonym)) {
        throw new GatewayError('proxy_loop_detected', 'the request has been here before, says its Via field');
      }
    }
    if (!isNamed(named, name)) kept.push(name, value);
  }
  checkUpgrade(exchange);
  introduce(kept, hearsay, exchange, peer, policy);
  exchange.fields = kept;
}

/** A field that is meant for this hop, and what it means for the exchange. */
function admitOption(code: number, value: string, exchange: Exchange): void {
  if (code === CONTENT_LENGTH) exchange.hasBody = true;
  // The others came with HTTP/1.1, and mean nothing in a message of HTTP/1.0 (RFC 9110, 7.8 and 10.1.1).
  else if (exchange.minor === 0) return;
  else if (code === TE) exchange.wantsTrailers ||= listsToken(value, 'trailers');
  else if (code === UPGRADE) exchange.upgrade = value;
  else if (code === CONNECTION) exchange.wantsUpgrade ||= listsToken(value, 'upgrade');
  else if (code === EXPECT) admitExpectation(value, exchange);
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
      return true;
    default:
      return false;
  }
}

function hear(code: number, name: string, value: string, hearsay: Hearsay, kept: string[]): void {
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
      kept.push(name, value);
  }
}

/** Adds the fields by which this gateway tells of its client and of itself. */
function introduce(
  kept: string[],
  hearsay: Hearsay,
  exchange: Exchange,
  peer: Peer,
  policy: BorderPolicy,
): void {
  if (hearsay.id !== '') exchange.id = hearsay.id;
  let forwardedFor = peer.address;
  if (hearsay.forwardedFor !== '') {
    exchange.client = clientBehind(hearsay.forwardedFor, peer.address, policy.trusted);
    forwardedFor = `${hearsay.forwardedFor}, ${peer.address}`;
  }
  const host = hearsay.host === '' ? exchange.host : hearsay.host;
  kept.push('X-Forwarded-For', forwardedFor);
  kept.push('X-Forwarded-Proto', hearsay.proto === '' ? peer.scheme : hearsay.proto);
  if (host !== '') kept.push('X-Forwarded-Host', host);
  kept.push('Via', exchange.minor === 1 ? `1.1 ${policy.pseudonym}` : `1.0 ${policy.pseudonym}`);
  kept.push('X-Request-Id', exchange.id);
}
