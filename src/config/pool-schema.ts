import type { z } from 'zod';
import { parseDirectory } from './absolute-path.ts';
import { applicationSettings } from './application-settings.ts';
import { parseBackendUrl } from './backend-url.ts';
import { parseBalance } from './balance.ts';
import { parseCommand } from './command-words.ts';
import { parseDurationOrOff, parsePositiveDuration } from './duration.ts';
import { healthSettings } from './health-settings.ts';
import { parseCountOrOff, parseInteger } from './integer.ts';
import { operationSettings } from './operation-settings.ts';
import { parseRetryOn } from './retry-on.ts';
import { routingSettings } from './routing-settings.ts';
import { count, mapping, one, required, several, textOrMapping, texts } from './setting.ts';
import { parseShare } from './share.ts';
import { parseEnvironment, parseOwner, SPAWN_PROTOCOLS } from './spawn.ts';
import { parseVariables } from './variable.ts';
import { parseWord } from './word.ts';

const LARGE = 1_000_000;
const PROCESSES = 1000;
const OPEN_MAPPING = {
  type: 'object',
  additionalProperties: { type: ['string', 'number', 'boolean', 'null'] },
};

const spawn = mapping({
  command: required(parseCommand, {
    anyOf: [{ type: 'string' }, { type: 'array', items: { type: ['string', 'number'] } }],
  }),
  protocol: one(parseWord(SPAWN_PROTOCOLS)),
  min: count(parseInteger(0, PROCESSES)),
  max: count(parseInteger(1, PROCESSES)),
  concurrency: count(parseInteger(1, LARGE)),
  'idle-timeout': one(parsePositiveDuration),
  'start-timeout': one(parsePositiveDuration),
  'stop-timeout': one(parsePositiveDuration),
  user: one(parseOwner, { type: ['string', 'integer'] }),
  group: one(parseOwner, { type: ['string', 'integer'] }),
  directory: one(parseDirectory),
  environment: one(parseEnvironment, OPEN_MAPPING),
});

const check = textOrMapping({
  path: healthSettings.check,
  method: healthSettings['check-method'],
  host: healthSettings['check-host'],
  status: healthSettings['check-status'],
  body: healthSettings['check-body'],
  interval: healthSettings['check-interval'],
  timeout: healthSettings['check-timeout'],
  rise: healthSettings['check-rise'],
  fall: healthSettings['check-fall'],
});

/** The form of a pool in the file. */
export const pool = mapping({
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
    'all-down': healthSettings['all-down'],
    'slow-start': healthSettings['slow-start'],
  }).optional(),
  check,
  breaker: healthSettings.breaker,
  fallback: routingSettings.fallback,
  sticky: routingSettings.sticky,
  'accel-routes': routingSettings['accel-routes'],
  'rewrite-pools': routingSettings['rewrite-pools'],
  'reproxy-pools': routingSettings['reproxy-pools'],
  hold: mapping({
    file: operationSettings['hold-file'],
    bypass: operationSettings['hold-bypass'],
  }).optional(),
  keepalive: mapping({
    connections: count(parseInteger(0, LARGE)),
    timeout: one(parsePositiveDuration),
  }).optional(),
  spawn: spawn.optional(),
  root: applicationSettings.root,
  index: applicationSettings.index,
  try: applicationSettings.try,
  script: applicationSettings.script,
  'script-suffix': applicationSettings['script-suffix'],
  symlinks: applicationSettings.symlinks,
  mount: applicationSettings.mount,
  variables: one(parseVariables, OPEN_MAPPING),
  authorization: applicationSettings.authorization,
  'request-buffer': applicationSettings['request-buffer'],
  'response-buffer': applicationSettings['response-buffer'],
  'sendfile-root': applicationSettings['sendfile-root'],
});

/** A pool as the file describes it. */
export type PoolSettings = z.output<typeof pool>;

/** The checks of a pool as the file describes them. */
export type CheckSettings = NonNullable<PoolSettings['check']>;

/** An application as the file describes it. */
export type SpawnSettings = z.output<typeof spawn>;
