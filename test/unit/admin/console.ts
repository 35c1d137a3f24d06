import type { TestContext } from 'node:test';
import { AdminServer } from '../../../src/admin/server.ts';
import type { AdminConfig, ListenConfig } from '../../../src/config/config.ts';
import { afterwards } from '../../support/afterwards.ts';
import { exchange } from '../../support/client.ts';
import { MemoryLog } from '../../support/memory-log.ts';
import type { Message } from '../../support/message.ts';
import { socketPath } from '../../support/socket-path.ts';
import { FakeControl } from './control.ts';

/** A console over a gateway that only remembers what it was asked. */
export class TestConsole {
  readonly server: AdminServer;
  readonly control: FakeControl;
  readonly log: MemoryLog;
  readonly #t: TestContext;

  constructor(t: TestContext, server: AdminServer, control: FakeControl, log: MemoryLog) {
    this.#t = t;
    this.server = server;
    this.control = control;
    this.log = log;
  }

  /** As `connect` takes it. */
  get address(): string {
    const { address } = this.server;
    return address.startsWith('unix:') ? address : `http://${address}`;
  }

  /** The answer to the bytes of a request, over a connection of its own. */
  ask(request: string | Buffer): Promise<Message> {
    return exchange(this.#t, this.address, request);
  }

  /** The answer to an order. */
  order(name: string, input: unknown = {}, ...lines: string[]): Promise<Message> {
    return this.ask(orderBytes(name, input, ...lines));
  }
}

/** The bytes of an order. */
export function orderBytes(name: string, input: unknown, ...lines: string[]): string {
  const body = typeof input === 'string' ? input : JSON.stringify(input);
  const head = [
    `POST /v1/${name} HTTP/1.1`,
    'Host: localhost',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...lines,
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

/** The bytes of a question. */
export function statusBytes(...lines: string[]): string {
  const host = lines.some(line => /^host:/i.test(line)) ? [] : ['Host: localhost'];
  return `${['GET /v1/status HTTP/1.1', ...host, ...lines].join('\r\n')}\r\n\r\n`;
}

/** What an answer says, as JSON. */
export function content({ body }: Message): Record<string, unknown> {
  return JSON.parse(body.toString());
}

/** The error of an answer. */
export function errorOf(answer: Message): { kind: string; message: string } {
  return content(answer)['error'] as { kind: string; message: string };
}

/** The address of a TCP port of the loopback that is free. */
export const LOOPBACK: ListenConfig = { kind: 'tcp', host: '127.0.0.1', port: 0, text: '127.0.0.1:0' };

/** A unix socket at a path. */
export function unixListen(path: string): ListenConfig {
  return { kind: 'unix', path, text: `unix:${path}` };
}

/** Opens a console, on a unix socket unless the test says otherwise; it ends after the test. */
export async function startConsole(t: TestContext, setting: Partial<AdminConfig> = {}): Promise<TestConsole> {
  const log = new MemoryLog();
  const control = new FakeControl();
  const listen = setting.listen ?? unixListen(socketPath(t));
  const config = { given: true, tokenFile: '', hosts: [], ...setting, listen };
  const server = new AdminServer(config, control, log);
  await server.start();
  afterwards(t, () => server.stop());
  return new TestConsole(t, server, control, log);
}
