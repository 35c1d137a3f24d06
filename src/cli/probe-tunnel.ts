import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';
import type { BackendConfig, BackendTlsConfig } from '../config/config.ts';
import { TimedOut } from './probe-request.ts';
import { tlsOptions } from './probe-tls.ts';

/** A way to a backend behind TLS for a client that knows none: a socket that nobody else may use. */
export interface Tunnel {
  readonly path: string;
  close(): void;
}

/** Speaks TLS with a backend, and opens the socket when that stands; rejects with what went wrong, or with TimedOut. */
export async function openTunnel(
  backend: BackendConfig,
  tls: BackendTlsConfig,
  timeout: number,
): Promise<Tunnel> {
  const secured = await secure(backend, tls, timeout);
  const folder = mkdtempSync(join(tmpdir(), 'sluice-probe-'));
  const path = join(folder, 'tls.sock');
  const server = createServer(socket => {
    server.close();
    pipeline(socket, secured, socket, () => {});
  });
  await new Promise<void>(resolve => server.listen(path, resolve));
  const close = (): void => {
    secured.destroy();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { path, close };
}

function secure(backend: BackendConfig, tls: BackendTlsConfig, timeout: number): Promise<TLSSocket> {
  const { host, port } = backend;
  const socket = connect({ host, port, ...tlsOptions(backend, tls) });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => socket.destroy(new TimedOut('connect')), timeout);
    socket.on('error', error => {
      clearTimeout(timer);
      reject(error);
    });
    socket.once('secureConnect', () => {
      clearTimeout(timer);
      resolve(socket);
    });
  });
}
