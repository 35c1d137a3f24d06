import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { findCommand } from './debian.ts';
import { freePlace, type RealServer, startServer } from './real-server.ts';
import { temporaryFolder } from './socket-path.ts';

/** A running HAProxy in front of something. */
export interface HAProxy {
  /** Where clients connect. */
  readonly address: string;
  readonly server: RealServer;
}

/** How HAProxy speaks to what it is in front of. */
export interface HAProxyLines {
  /** `http` or `tcp`. */
  readonly mode: string;
  /** The address of its server, `127.0.0.1:8080` or a path, and the options behind it. */
  readonly backend: string;
  /** Further lines of the frontend. */
  readonly lines?: readonly string[];
}

/** Starts HAProxy on a port of 127.0.0.1; it is stopped after the test. */
export async function startHAProxy(
  t: TestContext,
  { mode, backend, lines = [] }: HAProxyLines,
): Promise<HAProxy> {
  const place = await freePlace();
  const conf = join(temporaryFolder(t), 'haproxy.cfg');
  writeFileSync(
    conf,
    `global
  nbthread 1
  maxconn 200
defaults
  mode ${mode}
  timeout connect 5s
  timeout client 1m
  timeout server 1m
frontend clients
  bind ${place.host}:${place.port}
  ${lines.join('\n  ')}
  default_backend gateway
backend gateway
  server gateway ${backend}
`,
  );
  const server = await startServer(t, {
    name: 'HAProxy',
    file: findCommand('haproxy')!,
    words: ['-db', '-f', conf],
    place,
  });
  return { address: `http://${place.host}:${place.port}`, server };
}
