import type { PassedSocket } from '../client/passed-socket.ts';
import { type HandOver, takeHandOver } from './hand-over.ts';
import { takeServiceSockets } from './service-sockets.ts';

/** Sockets that this process was started with. */
export interface PassedSockets {
  readonly passed: readonly PassedSocket[];
  /** All that the gateway before leaves; undefined: this one takes nobody's place. */
  readonly handOver: HandOver | undefined;
  /** What is odd about them, in words. */
  readonly warnings: readonly string[];
}

/** Takes those of the gateway before this one and those of the service manager, out of the environment; throws ConfigError. */
export function takePassedSockets(environment: NodeJS.ProcessEnv): PassedSockets {
  const handOver = takeHandOver(environment);
  const { sockets, warning } = takeServiceSockets(environment);
  return {
    handOver,
    passed: [...(handOver?.sockets ?? []), ...sockets],
    warnings: warning === undefined ? [] : [warning],
  };
}
