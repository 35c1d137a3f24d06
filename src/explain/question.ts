import { admit } from '../client/border.ts';
import { Doubts } from '../client/doubts.ts';
import type { Peer } from '../client/peer.ts';
import { toByteText } from '../config/byte-text.ts';
import { Networks, UNIX } from '../config/cidr.ts';
import type { Config } from '../config/config.ts';
import { GatewayError } from '../errors.ts';
import { type Answer, Exchange } from '../exchange.ts';
import { RequestHeadParser } from '../http1/request-head.ts';
import { SILENT } from '../log/silent.ts';
import type { BodySource } from '../replay.ts';

/** A request that somebody wants explained. */
export interface Question {
  readonly method: string;
  /** In origin-form, or `*`. */
  readonly target: string;
  /** The Host field, unless one of the fields is one. */
  readonly host: string;
  /** As `Name: value`. */
  readonly fields: readonly string[];
  /** The address that it comes from, or `unix`. */
  readonly client: string;
  readonly tls: boolean;
}

const NO_SOURCE: BodySource = { pauseBody() {}, resumeBody() {} };

/** What a client with TLS is taken to have agreed on. */
const TLS = {
  version: 'TLSv1.3',
  cipher: 'TLS_AES_128_GCM_SHA256',
  certificate: null,
  asksForCertificate: false,
};

/** The exchange that the gateway would make of it; throws GatewayError where it would refuse the request. */
export function exchangeOf(question: Question, config: Config, answer: Answer): Exchange {
  const exchange = new Exchange(answer, NO_SOURCE);
  const parser = new RequestHeadParser(config.limits);
  const bytes = Buffer.from(headOf(question), 'latin1');
  if (parser.parse(bytes, 0, bytes.length) !== bytes.length)
    throw new GatewayError('http_request_error', 'the head of the request ends before its time');
  admit(parser, exchange, peerOf(question, config), {
    pseudonym: 'sluice',
    trusted: new Networks(config.trustProxy),
    notation: config.forwarded,
    doubts: new Doubts(SILENT),
    pages: null,
  });
  parser.release();
  return exchange;
}

function headOf({ method, target, host, fields }: Question): string {
  const named = fields.some(field => /^host:/i.test(field));
  const lines = [`${method} ${target} HTTP/1.1`, ...(named ? [] : [`Host: ${host}`]), ...fields, '', ''];
  return toByteText(lines.join('\r\n'));
}

function peerOf({ client, tls, host }: Question, { trustProxy }: Config): Peer {
  const trusted = new Networks(trustProxy);
  return {
    remoteAddress: client === UNIX ? '' : client,
    remotePort: 0,
    localAddress: '',
    localPort: 0,
    address: client,
    trusted: client === UNIX ? trusted.containsUnix : trusted.contains(client),
    scheme: tls ? 'https' : 'http',
    tls: tls ? { ...TLS, serverName: host.replace(/:\d*$/, '') } : null,
  };
}
