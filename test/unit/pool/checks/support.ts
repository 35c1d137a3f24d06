import type { TestContext } from 'node:test';
import type { CheckConfig } from '../../../../src/config/config.ts';
import { type ErrorKind, GatewayError } from '../../../../src/errors.ts';
import { NO_FIELDS } from '../../../../src/fields.ts';
import type { BackendRequest, ConnectionOwner, Destination, Receiver } from '../../../../src/protocol.ts';
import { CHECK } from '../../../support/config.ts';
import { FakeConnection, FakeProtocol, Fixture, type Setting, seeded } from '../support.ts';

/** A request on its way to a backend that is played by the test. */
export class Sent extends FakeConnection {
  readonly destination: Destination;
  readonly #all: Sent[];
  readonly #clock: () => number;
  request!: BackendRequest;
  receiver!: Receiver;
  at = 0;

  constructor(destination: Destination, owner: ConnectionOwner, all: Sent[], clock: () => number) {
    super(owner);
    this.destination = destination;
    this.#all = all;
    this.#clock = clock;
  }

  override send(request?: BackendRequest, receiver?: Receiver): void {
    this.request = request!;
    this.receiver = receiver!;
    this.at = this.#clock();
    this.#all.push(this);
  }

  /** The whole of an answer; a part of the body each. */
  answer(status: number, ...body: string[]): void {
    this.receiver.connected();
    this.receiver.head(status, '', '', undefined);
    for (const part of body) this.receiver.data(Buffer.from(part, 'latin1'));
    // Whoever has closed it hears no more.
    if (this.closedFor !== undefined) return;
    this.owner.idle(this, undefined);
    this.receiver.end(NO_FIELDS);
  }

  fail(kind: ErrorKind = 'connection_refused'): void {
    this.receiver.failed(new GatewayError(kind, `it is ${kind}`));
  }
}

/** A protocol that sends nothing and shows what would have been sent. */
export class CheckedProtocol extends FakeProtocol {
  readonly sent: Sent[] = [];
  clock: () => number = () => 0;

  override connect(destination: Destination, owner: ConnectionOwner): Sent {
    this.connects++;
    return new Sent(destination, owner, this.sent, this.clock);
  }
}

/** What a test says of a pool that is checked. */
export type CheckedSetting = Omit<Setting, 'check'> & { readonly check?: Partial<CheckConfig> };

/** A pool that is checked, on a clock that stands still. */
export class CheckedFixture extends Fixture {
  declare readonly protocol: CheckedProtocol;

  constructor(t: TestContext, { check, ...setting }: CheckedSetting = {}) {
    super(
      t,
      {
        check: { ...CHECK, path: '/health', ...check },
        ...setting,
      },
      seeded(1),
      new CheckedProtocol(),
    );
    this.protocol.clock = this.clock.now;
  }

  /** Checks that are under way. */
  get pending(): Sent[] {
    return this.protocol.sent.filter(({ closedFor }) => closedFor === undefined);
  }

  /** The check of an endpoint that is under way. */
  checkOf(name: string): Sent {
    const found = this.pending.find(({ destination }) => destination.host === name);
    if (found === undefined) throw new Error(`${name} is not being checked`);
    return found;
  }

  /** Lets time pass until an endpoint is being checked. */
  async nextCheck(name: string): Promise<Sent> {
    for (let i = 0; i < 10_000; i++) {
      if (this.pending.some(({ destination }) => destination.host === name)) return this.checkOf(name);
      await this.clock.pass(1);
    }
    throw new Error(`${name} is not checked`);
  }

  /** Has the next checks of an endpoint be answered with these statuses; the others are answered with 200. */
  async play(name: string, ...statuses: number[]): Promise<void> {
    for (const status of statuses) {
      const check = await this.nextCheck(name);
      for (const other of this.pending) if (other !== check) other.answer(200);
      check.answer(status);
    }
  }

  stateOf(name: string): string {
    return this.pool.status().endpoints.find(endpoint => endpoint.name === name)!.state;
  }

  wordsOf(name: string): string | undefined {
    return this.pool.status().endpoints.find(endpoint => endpoint.name === name)!.check?.words;
  }
}
