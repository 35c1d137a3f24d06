import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { State as AnyState, Order } from './load/messages.ts';
import { Program } from './program.ts';

const ORDER_DEADLINE = 120_000;

/** A Node program of the folder `load/` on the load's core that takes orders and answers each with its state. */
export class Station<State extends AnyState> {
  readonly program: Program;

  constructor(name: string, args: readonly string[], folder: string) {
    const file = fileURLToPath(new URL(`./load/${name}.ts`, import.meta.url));
    const command = { file: process.execPath, args: [file, ...args] };
    this.program = new Program(name, command, { folder, core: 'load' }, true);
  }

  /** The state once the order is carried out; throws when the program ends or two minutes pass. */
  order(order: Order['order']): Promise<State> {
    const next = this.next();
    this.program.child.send({ order }, () => {});
    return next;
  }

  /** The next state that it tells by itself. */
  async next(): Promise<State> {
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), ORDER_DEADLINE);
    const fallen = this.program.exited.then(() => Promise.reject(new Error(this.program.failure())));
    try {
      const told = once(this.program.child, 'message', { signal: timeout.signal });
      const [state] = await Promise.race([told, fallen]);
      return state as State;
    } catch (error) {
      if (!timeout.signal.aborted) throw error;
      throw new Error(`${this.program.name} did not come to an end within ${ORDER_DEADLINE / 1000} s`);
    } finally {
      clearTimeout(timer);
      timeout.abort();
      fallen.catch(() => {});
    }
  }
}
