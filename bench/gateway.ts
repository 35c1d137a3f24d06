import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Peer } from './peers/peer.ts';
import { freePort, untilListening } from './port.ts';
import { Program } from './program.ts';

/** A running peer. */
export interface Gateway {
  readonly program: Program;
  readonly port: number;
  readonly accessLog: string | undefined;
}

/** How a peer is to be started. */
export interface GatewayOptions {
  readonly parent: string;
  readonly backendPort: number;
  readonly fileLimit: number;
  readonly logged: boolean;
  readonly queueing: boolean;
}

let count = 0;

/** Starts a peer in a new folder below `parent`; throws with its last words when it does not come up. */
export async function startGateway(peer: Peer, options: GatewayOptions): Promise<Gateway> {
  const folder = join(options.parent, `${peer.name}-${++count}`);
  mkdirSync(folder);
  const port = await freePort();
  const accessLog = options.logged ? join(folder, 'access.log') : undefined;
  const { backendPort, fileLimit, queueing } = options;
  const command = peer.prepare({ folder, port, backendPort, accessLog, queueing, fileLimit });
  const program = new Program(peer.name, command, { folder, core: 'gateway' });
  try {
    await untilListening(program, port);
  } catch (error) {
    await program.stop();
    throw error;
  }
  return { program, port, accessLog };
}

/** Sends one request through the gateway; throws unless the answer is a 200 with a body of that length. */
export async function checkAnswer(
  gateway: Gateway,
  path: string,
  length: number,
  upload?: Buffer,
): Promise<void> {
  const init = upload === undefined ? {} : { method: 'POST', body: new Uint8Array(upload) };
  const response = await fetch(`http://127.0.0.1:${gateway.port}${path}`, init);
  const body = await response.arrayBuffer();
  if (response.status === 200 && body.byteLength === length) return;
  throw new Error(
    `${path} was answered ${response.status} with ${body.byteLength} bytes, not 200 with ${length}`,
  );
}
