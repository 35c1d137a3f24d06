import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import { unknownWord } from '../config/nearest.ts';
import type { Control } from '../control.ts';
import { ORDERS, type Order } from './orders.ts';
import { Refusal } from './refusal.ts';
import { readJson } from './request-body.ts';

/** A request that was understood. */
export interface Understood {
  readonly order: Order;
  readonly input: object;
  /** Carries it out; the signal gives up waiting. Rejects as Control does. */
  run(control: Control, signal: AbortSignal): Promise<object>;
}

/** Finds out what a request asks for, and reads its body. Rejects with Refusal. */
export async function understand(request: IncomingMessage): Promise<Understood> {
  const [path = '', query] = splitTarget(request.url ?? '');
  const order = orderOf(request.method ?? '', path);
  const given = order.method === 'GET' ? queryObject(query) : await readJson(request);
  const parsed = order.input.safeParse(given);
  if (!parsed.success) throw new Refusal('invalid', issueWords(parsed.error.issues));
  const input = parsed.data as object;
  return {
    order,
    input,
    run: async (control, signal) => (await order.run(control, input as never, signal)) ?? {},
  };
}

function splitTarget(target: string): [path: string, query: string] {
  const at = target.indexOf('?');
  return at < 0 ? [target, ''] : [target.slice(0, at), target.slice(at + 1)];
}

function orderOf(method: string, path: string): Order {
  const order = ORDERS.find(known => known.path === path);
  if (order === undefined) {
    throw new Refusal(
      'unknown',
      unknownWord(
        'path',
        path.slice(0, 100),
        ORDERS.map(known => known.path),
      ),
    );
  }
  if (order.method !== method) {
    throw new Refusal('method_not_allowed', `${path} takes ${order.method}`, order.method);
  }
  return order;
}

function queryObject(query: string): object {
  const given = new URLSearchParams(query);
  for (const name of given.keys()) {
    if (given.getAll(name).length > 1) throw new Refusal('invalid', `${name} is given twice`);
  }
  return Object.fromEntries(given);
}

function issueWords(issues: readonly z.core.$ZodIssue[]): string {
  const lines = issues.flatMap(({ path, message }) => {
    const place = path.length === 0 ? '' : `${path.join('.')}: `;
    return message.split('\n').map(line => `${place}${line}`);
  });
  return lines.slice(0, 10).join('; ');
}
