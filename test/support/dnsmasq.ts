import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { findCommand } from './debian.ts';
import { freePlace, type RealServer, startServer } from './real-server.ts';
import { temporaryFolder } from './socket-path.ts';

/** A running dnsmasq that knows what a test tells it, and asks nobody else. */
export class Dnsmasq {
  /** `127.0.0.1:PORT`, as a configuration names it. */
  readonly place: string;
  readonly #hosts: string;
  #server: RealServer | undefined;

  constructor(place: string, hosts: string) {
    this.place = place;
    this.#hosts = hosts;
  }

  /** Names and their addresses from now on; it is told to read them again. */
  knows(addresses: Readonly<Record<string, readonly string[]>>): void {
    const lines = Object.entries(addresses).flatMap(([name, list]) =>
      list.map(address => `${address} ${name}\n`),
    );
    writeFileSync(this.#hosts, lines.join(''));
    this.#server?.signal('SIGHUP');
  }

  /** Starts it with options beside those that it needs to serve a test; it is stopped after the test. */
  async start(t: TestContext, options: readonly string[]): Promise<void> {
    const [host = '', port = ''] = this.place.split(':');
    this.#server = await startServer(t, {
      name: 'dnsmasq',
      file: findCommand('dnsmasq')!,
      words: [
        '--keep-in-foreground',
        '--conf-file=/dev/null',
        '--user=',
        '--group=',
        '--pid-file=',
        '--no-resolv',
        '--no-hosts',
        `--listen-address=${host}`,
        '--bind-interfaces',
        `--port=${port}`,
        `--addn-hosts=${this.#hosts}`,
        ...options,
      ],
      place: { host, port: Number(port) },
    });
  }

  stop(): Promise<void> {
    return this.#server!.stop();
  }
}

/** Starts dnsmasq; a time to live is 1 s unless an option says otherwise. */
export async function startDnsmasq(
  t: TestContext,
  addresses: Readonly<Record<string, readonly string[]>>,
  options: readonly string[] = ['--local-ttl=1'],
): Promise<Dnsmasq> {
  const { host, port } = await freePlace();
  const server = new Dnsmasq(`${host}:${port}`, join(temporaryFolder(t), 'hosts'));
  server.knows(addresses);
  await server.start(t, options);
  return server;
}
