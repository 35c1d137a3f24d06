import { z } from 'zod';
import { parseBackendUrl } from './backend-url.ts';
import { parseBalance } from './balance.ts';
import { parseDurationOrOff, parsePositiveDuration } from './duration.ts';
import { parseCountOrOff, parseInteger } from './integer.ts';
import { parseHosts, parseMethods, parsePathPattern } from './match.ts';
import { show } from './misread.ts';
import { parsePoolName } from './pool-name.ts';
import { parseRetryOn } from './retry-on.ts';
import { count, mapping, one, required, several, texts } from './setting.ts';
import { settings } from './settings.ts';
import { parseShare } from './share.ts';

const LARGE = 1_000_000;

const pool = mapping({
  backends: several(parseBackendUrl),
  balance: one(parseBalance),
  'max-conns': count(parseCountOrOff(LARGE)),
  'pool-max-conns': count(parseCountOrOff(LARGE)),
  queue: mapping({
    length: count(parseInteger(0, LARGE)),
    timeout: one(parsePositiveDuration),
  }).optional(),
  retry: mapping({
    attempts: count(parseInteger(0, 100)),
    on: texts(parseRetryOn),
    budget: one(parseShare),
  }).optional(),
  timeouts: mapping({
    connect: one(parsePositiveDuration),
    response: one(parsePositiveDuration),
    idle: one(parsePositiveDuration),
    tunnel: one(parsePositiveDuration),
    total: one(parseDurationOrOff),
  }).optional(),
  health: mapping({
    'max-fails': count(parseInteger(0, LARGE)),
    'fail-timeout': one(parsePositiveDuration),
  }).optional(),
  keepalive: mapping({
    connections: count(parseInteger(0, LARGE)),
    timeout: one(parsePositiveDuration),
  }).optional(),
});

const route = mapping({
  match: mapping({
    host: texts(parseHosts),
    path: one(parsePathPattern),
    method: texts(parseMethods),
  }).optional(),
  pool: required(parsePoolName),
});

/** Everything that flags and the configuration file may say; the file's form. */
export const schema = mapping({
  ...settings,
  pools: z
    .record(z.string(), pool, {
      error: issue => `expected a mapping from names to pools; got ${show(issue.input)}`,
    })
    .optional()
    .meta({
      description: 'pools by name; what a pool does not say, the keys of the same meaning at the top say',
    }),
  routes: z
    .array(route, { error: issue => `expected a list of routes; got ${show(issue.input)}` })
    .optional()
    .meta({ description: 'which pool serves a request; the first that matches wins' }),
});

/** What the schema makes of its input: every text read, defaults of pools not yet filled in. */
export type Settings = z.output<typeof schema>;

/** A pool as the file describes it. */
export type PoolSettings = z.output<typeof pool>;
