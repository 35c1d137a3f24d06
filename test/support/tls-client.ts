import type { TestContext } from 'node:test';
import { type ConnectionOptions, connect as secure, type TLSSocket } from 'node:tls';
import { afterwards } from './afterwards.ts';
import { Peer } from './peer.ts';

/** The connection of a client that speaks TLS. */
export class SecurePeer extends Peer {
  readonly tls: TLSSocket;

  constructor(tls: TLSSocket) {
    super(tls);
    this.tls = tls;
  }
}

/**
 * A connection by TLS to an address such as `https://127.0.0.1:8443`, its handshake complete as far as the client is
 * concerned; any certificate is accepted unless the options say otherwise. Closed after the test.
 */
export function connectTls(
  t: TestContext,
  address: string,
  options: ConnectionOptions = {},
): Promise<SecurePeer> {
  const { hostname, port } = new URL(address);
  const socket = secure({
    host: hostname,
    port: Number(port),
    allowHalfOpen: true,
    rejectUnauthorized: false,
    ...options,
  } as ConnectionOptions);
  afterwards(t, () => socket.destroy());
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      socket.off('error', reject);
      resolve(new SecurePeer(socket));
    });
  });
}
