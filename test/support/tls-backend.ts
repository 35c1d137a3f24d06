import type { TestContext } from 'node:test';
import { createServer, type TLSSocket, type TlsOptions } from 'node:tls';
import { afterwards } from './afterwards.ts';
import { Backend, type BackendConnection, ok, type Script } from './backend.ts';
import { Authority } from './certificates.ts';

/** A scripted backend on 127.0.0.1 that speaks TLS, and what it saw of handshakes. */
export class TlsBackend extends Backend {
  /** Handshakes that began with a session from before, and others. */
  resumed = 0;
  whole = 0;
  /** The name that each handshake asked for by SNI; empty: none. */
  readonly names: string[] = [];
  /** What each handshake agreed upon by ALPN; empty: nothing. */
  readonly protocols: string[] = [];

  override get url(): string {
    return `https://127.0.0.1:${this.port}`;
  }
}

/** Starts a scripted backend behind TLS; closed after the test, which fails if the script did. */
export async function tlsBackend(t: TestContext, options: TlsOptions, script: Script): Promise<TlsBackend> {
  const server = createServer(options);
  const made = new TlsBackend(server, script, 'secureConnection');
  server.on('secureConnection', (socket: TLSSocket) => {
    if (socket.isSessionReused()) made.resumed++;
    else made.whole++;
    made.names.push(socket.servername || '');
    made.protocols.push(socket.alpnProtocol || '');
  });
  // A handshake that fails is what some tests are about.
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  afterwards(t, async () => {
    await made.close();
    if (made.faults.length > 0) throw made.faults[0];
  });
  return made;
}

/** The certificate of a backend on 127.0.0.1 that is called `localhost` as well, and the file of its issuer. */
export function goodCertificate(t: TestContext) {
  const authority = new Authority(t);
  const { cert, key } = authority.issue({ name: 'localhost', hosts: ['localhost', '127.0.0.1'] });
  return { authority, ca: authority.certFile, cert, key };
}

/** Answers every request by 200 and `ok`. */
export const answerOk: Script = (connection: BackendConnection) => connection.always(ok());
