import type { TestContext } from 'node:test';
import { type Backend, type BackendConnection, backend } from './backend.ts';
import { answer, page, readPairs, readRecord, record, TYPE } from './fastcgi.ts';

/** A request that an application has read whole, on a connection that others share. */
export class SharedRequest {
  readonly connection: BackendConnection;
  readonly id: number;
  readonly variables = new Map<string, string>();
  stdin = Buffer.alloc(0);
  /** Whether its input has come to its end. */
  complete = false;
  aborted = false;
  readonly keep: boolean;

  constructor(connection: BackendConnection, id: number, keep: boolean) {
    this.connection = connection;
    this.id = id;
    this.keep = keep;
  }

  get target(): string {
    return this.variables.get('REQUEST_URI') ?? '';
  }

  /** Sends the whole answer. */
  answer(body = `answer to ${this.target}`): void {
    this.connection.send(answer(page(body), this.id));
  }
}

/** What an application says of itself when it is asked; null: nothing, ever. */
export type Announced = Readonly<Record<string, string>> | null;

/** The usual announcement. */
export const SHARES: Announced = { FCGI_MPXS_CONNS: '1', FCGI_MAX_CONNS: '10', FCGI_MAX_REQS: '50' };

/** An application that takes several requests on a connection at once. */
export class SharingApp {
  readonly requests: SharedRequest[] = [];
  /** Connections on which a request has come. */
  readonly carriers: BackendConnection[] = [];
  /** How often it was asked for its limits. */
  asked = 0;
  /** Called when a request is complete. */
  complete: (request: SharedRequest) => void = () => {};
  /** While it is there, questions for the limits are answered only after it. */
  silence: Promise<void> | undefined;
  origin!: Backend;
  readonly #announced: Announced;

  constructor(announced: Announced) {
    this.#announced = announced;
  }

  /** A backend URL by which requests may share connections. */
  url(most = 100): string {
    return `fcgi://127.0.0.1:${this.origin.port},mpxs=${most}`;
  }

  find(target: string): SharedRequest | undefined {
    return this.requests.find(request => request.target === target);
  }

  async serve(connection: BackendConnection): Promise<void> {
    const open = new Map<number, SharedRequest>();
    const params = new Map<number, Buffer[]>();
    for (;;) {
      const { type, id, content } = await readRecord(connection);
      const request = open.get(id);
      if (type === TYPE.getValues) {
        await this.#say(connection, readPairs(content));
      } else if (type === TYPE.begin) {
        if (!this.carriers.includes(connection)) this.carriers.push(connection);
        open.set(id, new SharedRequest(connection, id, (content[2]! & 1) !== 0));
        params.set(id, []);
      } else if (request === undefined) {
        throw new Error(`a record of type ${type} for id ${id}, which is not in use`);
      } else if (type === TYPE.params && content.length > 0) {
        params.get(id)!.push(content);
      } else if (type === TYPE.params) {
        const pairs = readPairs(Buffer.concat(params.get(id)!));
        for (let i = 0; i < pairs.length; i += 2) request.variables.set(pairs[i]!, pairs[i + 1]!);
        this.requests.push(request);
      } else if (type === TYPE.stdin && content.length > 0) {
        request.stdin = Buffer.concat([request.stdin, content]);
      } else if (type === TYPE.stdin) {
        request.complete = true;
        this.complete(request);
      } else if (type === TYPE.abort) {
        request.aborted = true;
      }
    }
  }

  async #say(connection: BackendConnection, asked: readonly string[]): Promise<void> {
    this.asked++;
    await this.silence;
    if (this.#announced === null) return;
    const pairs = Object.entries(this.#announced).filter(([name]) => asked.includes(name));
    const bytes = pairs.map(([name, value]) => String.fromCharCode(name.length, value.length) + name + value);
    connection.send(record(TYPE.getValuesResult, 0, bytes.join(''), 3));
    // As PHP does it: nothing more is taken on that connection.
    connection.halfClose();
  }
}

/** Starts an application that takes several requests on a connection, and answers them when the test says so. */
export async function sharingApp(
  t: TestContext,
  announced: Announced = SHARES,
  path?: string,
): Promise<SharingApp> {
  const app = new SharingApp(announced);
  app.origin = await backend(t, connection => app.serve(connection), path);
  return app;
}
