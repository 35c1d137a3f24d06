import { main } from '../../../src/cli/main.ts';

/** A command line, and what its environment has besides. */
export interface Line {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** How it ended: `left` names what still kept the process alive long after; empty: it would have ended by itself. */
export interface Told {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly left: string;
}

/** How long a command may keep the process alive after it has said all it has to say, in milliseconds. */
const BUSY = 5_000;

/** What keeps this process alive between commands. */
let idle: string | undefined;

// A process of its own, started once for many commands, which runs them one after the other.
process.on('message', (line: Line) => void run(line).then(told => process.send!(told)));
process.on('disconnect', () => process.exit());

async function run({ args, env }: Line): Promise<Told> {
  const output = { stdout: '', stderr: '' };
  const restore = (['stdout', 'stderr'] as const).map(name => {
    const { write } = process[name];
    process[name].write = ((text: string | Uint8Array, ...rest: unknown[]): boolean => {
      output[name] += typeof text === 'string' ? text : Buffer.from(text).toString();
      for (const done of rest) if (typeof done === 'function') process.nextTick(done);
      return true;
    }) as typeof write;
    return () => {
      process[name].write = write;
      process[name].removeAllListeners('error');
    };
  });
  Object.assign(process.env, env);
  process.exitCode = undefined;
  idle ??= await active();
  await main(args);
  const left = await untilIdle();
  const status = Number(process.exitCode ?? 0);
  process.exitCode = undefined;
  for (const back of restore) back();
  for (const name of Object.keys(env)) delete process.env[name];
  return { ...output, status, left };
}

/** What keeps the process alive beyond what did before any command ran; empty: nothing. */
async function untilIdle(): Promise<string> {
  const deadline = performance.now() + BUSY;
  for (;;) {
    const kept = await active();
    if (kept === idle) return '';
    if (performance.now() > deadline) return kept;
  }
}

/** What keeps the process alive a turn later. */
async function active(): Promise<string> {
  await new Promise(resolve => setImmediate(resolve));
  return String(process.getActiveResourcesInfo().sort());
}
