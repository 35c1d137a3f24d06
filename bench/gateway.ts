import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { freePort, untilListening } from './port.ts';
import { type Command, Program } from './program.ts';

/** A running peer. */
export interface Gateway {
  readonly program: Program;
  readonly port: number;
  /** The file of its access log, which is there if it writes one. */
  readonly accessLog: string;
}

/** Where a peer is to run. */
export interface Lodging {
  readonly folder: string;
  readonly port: number;
  /** Where its access log belongs. */
  readonly accessLog: string;
}

let count = 0;

/** Starts a peer in a new folder below `parent`; throws with its last words when it does not come up. */
export async function startGateway(
  name: string,
  parent: string,
  prepare: (lodging: Lodging) => Command,
): Promise<Gateway> {
  const folder = join(parent, `${name}-${++count}`);
  mkdirSync(folder);
  const lodging = { folder, port: await freePort(), accessLog: join(folder, 'access.log') };
  const program = new Program(name, prepare(lodging), { folder, core: 'gateway' });
  try {
    await untilListening(program, lodging.port);
  } catch (error) {
    await program.stop();
    throw error;
  }
  return { program, port: lodging.port, accessLog: lodging.accessLog };
}

/** Sends one request through the gateway; throws unless the answer is a 200 with a body of that length. */
export async function checkAnswer(
  gateway: Gateway,
  path: string,
  length: number,
  upload?: Buffer,
  scheme: 'http' | 'https' = 'http',
): Promise<void> {
  // The certificate is of the run's own making.
  const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
  const init = upload === undefined ? {} : { method: 'POST' as const, body: upload };
  const response = await request(`${scheme}://127.0.0.1:${gateway.port}${path}`, { ...init, dispatcher });
  const body = await response.body.arrayBuffer();
  await dispatcher.close();
  if (response.statusCode === 200 && body.byteLength === length) return;
  throw new Error(
    `${path} was answered ${response.statusCode} with ${body.byteLength} bytes, not 200 with ${length}`,
  );
}
