/** Who hears signals. */
export interface SignalListener {
  /** The first asks for a drain, a second for an end at once. */
  end(signal: NodeJS.Signals): void;
  /** HUP: reload, and open log files anew; USR1: only that; USR2: upgrade. */
  hear(signal: 'SIGHUP' | 'SIGUSR1' | 'SIGUSR2'): void;
}

/** Listens to signals for a gateway; what it gives back ends that. */
export function onSignals(listener: SignalListener): () => void {
  const end = (signal: NodeJS.Signals): void => listener.end(signal);
  const hear = (signal: NodeJS.Signals): void =>
    listener.hear(signal as Parameters<SignalListener['hear']>[0]);
  for (const signal of ENDING) process.on(signal, end);
  for (const signal of OTHERS) process.on(signal, hear);
  return () => {
    for (const signal of ENDING) process.off(signal, end);
    for (const signal of OTHERS) process.off(signal, hear);
  };
}

const ENDING = ['SIGTERM', 'SIGINT'] as const;

/** Node.js would open its debugger at USR1, and end at the others. */
const OTHERS = ['SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const;
