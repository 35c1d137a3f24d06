import type { Command } from 'commander';
import type { AdminClient } from '../../admin/client.ts';
import type { GatewayStatus } from '../../gateway-status.ts';
import { Failure } from '../usage-error.ts';
import { type ConsoleOptions, consoleCommand, withGateway } from './gateway.ts';
import { paperOf } from './paper.ts';
import { printable, printableText } from './printable.ts';
import { statusFrom } from './status.ts';
import { CTRL_C, Terminal } from './terminal.ts';
import { ORDERS, type OrderKey, topLines } from './top-lines.ts';

/** Milliseconds between two looks. */
const PACE = 1000;

const AFTER = `
Rates are differences of the gateway's counters between two looks, a second apart. Keys: r, e, b, l and n sort by requests,
errors, busy, latency and name; q ends it.`;

/** Adds `top`: the status of a gateway, live in the terminal. */
export function addTop(program: Command): void {
  consoleCommand(program, 'top', 'watch a running gateway live in the terminal')
    .argument('[POOL]', 'only this pool')
    .addHelpText('after', AFTER)
    .action(async (pool: string | undefined, options: ConsoleOptions) => {
      if (options.json || !process.stdout.isTTY || process.env['TERM'] === 'dumb') {
        throw new Failure(
          'top needs a terminal that can move its cursor; sluice status --watch --json prints one line of JSON each second',
        );
      }
      await withGateway(options, client => new Top(client, pool).run());
    });
}

/** One run of `top`. */
class Top {
  readonly #client: AdminClient;
  readonly #pool: string | undefined;
  readonly #terminal: Terminal;
  readonly #over: Promise<void>;
  #end: () => void = () => {};
  #status: GatewayStatus | undefined;
  #before: GatewayStatus | undefined;
  #order: OrderKey = 'r';
  #trouble = '';
  #looking = false;

  constructor(client: AdminClient, pool: string | undefined) {
    this.#client = client;
    this.#pool = pool;
    this.#over = new Promise(resolve => {
      this.#end = resolve;
    });
    this.#terminal = new Terminal(
      process.stdin,
      process.stdout,
      key => this.#press(key),
      () => this.#draw(),
    );
  }

  /** Resolves when a key or a signal has ended it; rejects if the gateway does not answer at the first look. */
  async run(): Promise<void> {
    await this.#look();
    const end = () => this.#end();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
    this.#terminal.enter();
    this.#draw();
    const timer = setInterval(() => void this.#lookAgain(), PACE);
    await this.#over;
    clearInterval(timer);
    this.#terminal.leave();
  }

  async #look(): Promise<void> {
    const status = printable(await statusFrom(this.#client, this.#pool));
    this.#before = this.#status;
    this.#status = status;
    this.#trouble = '';
  }

  /** A gateway that does not answer now may do so again. */
  async #lookAgain(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      await this.#look();
    } catch (error) {
      this.#trouble = printableText((error as Error).message);
    }
    this.#looking = false;
    this.#draw();
  }

  #press(key: string): void {
    if (key === 'q' || key === CTRL_C) this.#end();
    else if (Object.hasOwn(ORDERS, key)) {
      this.#order = key as OrderKey;
      this.#draw();
    }
  }

  #draw(): void {
    if (this.#status === undefined) return;
    const look = { status: this.#status, before: this.#before, order: this.#order, trouble: this.#trouble };
    this.#terminal.draw(topLines(look, paperOf(process.stdout), this.#terminal.rows));
  }
}
