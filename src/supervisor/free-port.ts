import { type AddressInfo, createServer } from 'node:net';

/**
 * A port of an address that nobody listens on; rejects with the system's error. Another program may take it before the
 * application does: then the application fails to listen, and is started again with another port.
 */
export function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen({ host, port: 0 }, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
