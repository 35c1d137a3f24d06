import { createHash } from 'node:crypto';
import type { TestContext } from 'node:test';
import { type Backend, type BackendConnection, backend } from '../support/backend.ts';
import { Authority, type Certificate } from '../support/certificates.ts';
import type { Setting } from '../support/config.ts';
import { eventually } from '../support/eventually.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import type { Peer } from '../support/peer.ts';
import { tlsBackend } from '../support/tls-backend.ts';
import { CGI_DIALECTS } from './cgi-dialects.ts';
import type { Dialect, GivenAnswer, SeenRequest } from './dialect.ts';
import { HTTP_DIALECTS } from './http-dialects.ts';

/** All dialects that the suite is played over. */
export const DIALECTS: readonly Dialect[] = [
  ...HTTP_DIALECTS,
  ...CGI_DIALECTS,
  ...[...HTTP_DIALECTS, ...CGI_DIALECTS]
    .filter(({ name }) => ['http', 'fastcgi', 'scgi until close'].includes(name))
    .map(inTls),
];

/** The same inside of TLS: what stands behind a scheme is one thing, and what carries it is another. */
function inTls(dialect: Dialect): Dialect {
  const url = (port: number) => `${dialect.url(port).replace('://', 's://')},insecure`;
  return { ...dialect, name: `${dialect.name} in TLS`, secure: true, url };
}

/** What an application answers; where it says nothing, a 200 without a body. */
export type App = (request: SeenRequest) => Partial<GivenAnswer>;

/** A backend that plays a script on each connection, inside of TLS if its dialect is. */
export function origin(
  t: TestContext,
  dialect: Dialect,
  script: (connection: BackendConnection) => Promise<unknown>,
): Promise<Backend> {
  return dialect.secure ? tlsBackend(t, anyCertificate(t), script) : backend(t, script);
}

/** A gateway before such a backend. */
export async function play(
  t: TestContext,
  dialect: Dialect,
  script: (connection: BackendConnection) => Promise<unknown>,
  setting: Setting = {},
) {
  const made = await origin(t, dialect, script);
  const gateway = await startGateway(t, { backends: [dialect.url(made.port)], ...setting });
  return { origin: made, gateway };
}

let certificate: Certificate | undefined;

/** The same for all: to make one takes longer than a test. */
function anyCertificate(t: TestContext): Certificate {
  certificate ??= new Authority(t).issue({ name: 'localhost' });
  return certificate;
}

/** A gateway before an application. */
export function serve(t: TestContext, dialect: Dialect, app: App, setting: Setting = {}) {
  const answer = async (connection: BackendConnection) => {
    do {
      reply(connection, dialect, encode(dialect, app(await dialect.read(connection))));
    } while (dialect.reusable);
  };
  return play(t, dialect, answer, setting);
}

/** The bytes of an answer, in one piece. */
export function encode(dialect: Dialect, answer: Partial<GivenAnswer>): Buffer {
  const usual = { status: 200, reason: 'OK', fields: [], body: Buffer.alloc(0), bodiless: false };
  return dialect.answer({ ...usual, ...answer });
}

/** Sends the last bytes of an answer, and closes where a connection carries one request only. */
export function reply(connection: BackendConnection, dialect: Dialect, bytes: Buffer): void {
  connection.send(bytes);
  if (!dialect.reusable) connection.halfClose();
}

/** Resolves once no request is under way or waits. */
export async function nothingLeft(gateway: RunningGateway): Promise<void> {
  await eventually('no lease is left', () => {
    const { inFlight, queued } = gateway.load();
    return inFlight === 0 && queued === 0;
  });
}

/** Lets the event loop turn, so that what was sent is read before more is sent. */
export async function turns(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise(resolve => setImmediate(resolve));
}

/** Sends bytes one by one. */
export async function drip(peer: Peer, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; at++) {
    peer.send(bytes.subarray(at, at + 1));
    await turns();
  }
}

/** A digest, so that a difference is shown in one line. */
export function hash(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
