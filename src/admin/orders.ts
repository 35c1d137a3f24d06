import { z } from 'zod';
import { parseDuration, parsePositiveDuration } from '../config/duration.ts';
import { parsePathPattern } from '../config/match.ts';
import { expected, show } from '../config/misread.ts';
import { mapping, one, required, several } from '../config/setting.ts';
import { parseWord } from '../config/word.ts';
import type { Control } from '../control.ts';
import { parsePace } from './pace.ts';
import { parseSettings } from './settings.ts';
import { statusOf } from './status.ts';

/** One thing that can be asked of a running gateway. */
export interface Order {
  readonly method: 'GET' | 'POST';
  /** Below the version: `/v1/status`. */
  readonly path: string;
  /** What its body says, or for GET its query. */
  readonly input: z.ZodType;
  /** Carries it out; what it gives is the answer's JSON, undefined an empty object. */
  run(control: Control, input: never, signal: AbortSignal): unknown;
}

const target = required(parseText('the name of a pool or an endpoint'));
const endpoint = required(parseText('the name of an endpoint, or POOL/NAME'));
const optionalTarget = one(parseText('the name of a pool or a route'));
const optionalPool = one(parseText('the name of a pool'));
const patience = { wait: one(parseDuration), tunnels: one(parseDuration) };

/** For orders that say everything by their name. */
const NOTHING = z.strictObject(
  {},
  {
    error: issue =>
      issue.code === 'unrecognized_keys'
        ? `unknown key ${show(issue.keys[0])}; there is none to be given`
        : `expected an empty mapping; got ${show(issue.input)}`,
  },
);

/** All orders; docs/openapi.yaml describes them one by one. */
export const ORDERS: readonly Order[] = [
  order('GET', '/v1/status', { pool: optionalPool }, (control, { pool }) => statusOf(control.status(), pool)),
  order(
    'POST',
    '/v1/hold',
    {
      target: optionalTarget,
      for: one(parsePositiveDuration),
      // biome-ignore lint/suspicious/noThenProperty: it is a key of the configuration of an order, never a promise
      then: one(parseWord(['resume', 'fail'])),
      bypass: several(parsePathPattern),
      wait: one(parsePositiveDuration),
    },
    async (control, { wait: limit, ...hold }, signal) => {
      const { held, warnings = [] } = control.hold(hold);
      const left = limit === undefined ? null : await control.quiet(hold.target, limit, signal);
      return { held, warnings, left };
    },
  ),
  order('POST', '/v1/resume', { target: optionalTarget, pace: one(parsePace) }, (control, resume) =>
    control.resume(resume),
  ),
  order(
    'POST',
    '/v1/drain',
    { endpoint, ...patience },
    (control, { endpoint: name, wait = 0, tunnels }, signal) =>
      control.drain(name, { wait, tunnels }, signal),
  ),
  order('POST', '/v1/disable', { endpoint }, (control, { endpoint: name }) => control.disable(name)),
  order('POST', '/v1/enable', { endpoint }, (control, { endpoint: name }) => control.enable(name)),
  order('POST', '/v1/set', { target, settings: required(parseSettings) }, (control, input) =>
    control.set(input.target, input.settings),
  ),
  order(
    'POST',
    '/v1/add',
    { pool: required(parseText('the name of a pool')), backend: required(parseText('a backend URL')) },
    (control, { pool, backend }) => control.add(pool, backend),
  ),
  order(
    'POST',
    '/v1/remove',
    { endpoint, ...patience },
    (control, { endpoint: name, wait = 0, tunnels }, signal) =>
      control.remove(name, { wait, tunnels }, signal),
  ),
  order('POST', '/v1/restart', { pool: optionalPool }, (control, { pool }) => control.restart(pool)),
  order('POST', '/v1/reload', {}, control => control.reload()),
  order('POST', '/v1/upgrade', {}, control => control.upgrade()),
  order('POST', '/v1/stop', {}, control => control.stop()),
];

function order<S extends z.core.$ZodShape>(
  method: Order['method'],
  path: string,
  shape: S,
  run: (control: Control, input: z.infer<ReturnType<typeof mapping<S>>>, signal: AbortSignal) => unknown,
): Order {
  return { method, path, input: Object.keys(shape).length === 0 ? NOTHING : mapping(shape), run };
}

function parseText(what: string): (value: unknown) => string {
  return value => {
    if (typeof value !== 'string' || !/^[^\0-\x1f\x7f]{1,1000}$/.test(value)) throw expected(what, value);
    return value;
  };
}
