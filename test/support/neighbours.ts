import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { TestContext } from 'node:test';
import { afterwards } from './afterwards.ts';
import { Backend, ok, type Script } from './backend.ts';

/** Backends on one port of several addresses of the loopback network, as the addresses of one name have. */
export interface Neighbours {
  readonly port: number;
  at(address: string): Backend;
}

/** A script by address; without one a backend answers every request with its own address. */
export type ScriptOf = (address: string) => Script | undefined;

/** Starts them; they are closed after the test, which fails if a script did. */
export async function neighbours(
  t: TestContext,
  addresses: readonly string[],
  scriptOf: ScriptOf = () => undefined,
): Promise<Neighbours> {
  const backends = new Map<string, Backend>();
  let port = 0;
  for (const address of addresses) {
    const server = createServer({ allowHalfOpen: true });
    const script: Script = scriptOf(address) ?? (connection => connection.always(ok(address)));
    backends.set(address, new Backend(server, script));
    server.listen(port, address);
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  }
  afterwards(t, async () => {
    await Promise.all([...backends.values()].map(backend => backend.close()));
    const faulty = [...backends.values()].find(({ faults }) => faults.length > 0);
    if (faulty !== undefined) throw faulty.faults[0];
  });
  return { port, at: address => backends.get(address)! };
}
