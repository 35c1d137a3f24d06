import { HOLD } from './hold.ts';
import { LOADS } from './load.ts';
import { MEMORY } from './memory.ts';
import { PHP } from './php.ts';
import { ROUTES } from './routes.ts';
import type { Scenario } from './scenario.ts';
import { TLS } from './tls.ts';

/** Everything that can be measured, in the order of the tables. */
export const SCENARIOS: readonly Scenario[] = [...LOADS, ...ROUTES, ...TLS, ...MEMORY, HOLD, ...PHP];
