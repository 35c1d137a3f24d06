import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { z } from 'zod';
import { ORDERS, type Order } from '../../../src/admin/orders.ts';
import { STATUSES } from '../../../src/admin/refusal.ts';
import { Operations } from '../../../src/operations/operations.ts';
import { okBackend } from '../../support/backend.ts';
import { exchange, get } from '../../support/client.ts';
import { startGateway } from '../../support/gateway.ts';
import { faults, keysOf, type Operation, operations, refusal } from '../../support/openapi.ts';
import { content, startConsole, statusBytes, type TestConsole } from './console.ts';

const DOCUMENT = operations();

function documented({ method, path }: Order): Operation {
  return DOCUMENT.find(operation => operation.method === method && operation.path === path)!;
}

/** The keys that an order takes, and those without which it is refused. */
function takenBy({ input }: Order): { known: string[]; required: string[] } {
  const { shape } = input as z.ZodObject;
  const known = Object.keys(shape);
  return { known, required: known.filter(key => !(shape[key] as z.ZodType).safeParse(undefined).success) };
}

test('the document has every order of the server, and no other', () => {
  const name = ({ method, path }: { method: string; path: string }) => `${method} ${path}`;
  assert.deepEqual(DOCUMENT.map(name).sort(), ORDERS.map(name).sort());
});

for (const order of ORDERS) {
  test(`the document has the keys of ${order.method} ${order.path}, and says which are needed`, () => {
    const { known, required } = keysOf(documented(order).input);
    const taken = takenBy(order);
    assert.deepEqual([...known].sort(), taken.known.sort());
    assert.deepEqual([...required].sort(), taken.required.sort());
  });

  test(`the examples of ${order.method} ${order.path} are what the server takes, and what the document says`, () => {
    const { input, answer, examples } = documented(order);
    assert.equal(order.input.safeParse(examples.input).success, true);
    assert.deepEqual(faults(examples.input, input), []);
    if (order.method === 'POST') assert.deepEqual(faults(examples.answer, answer), []);
  });
}

test('the document has every kind of refusal', () => {
  const kinds = refusal().properties!['error']!.properties!['kind']!.enum;
  assert.deepEqual(kinds, Object.keys(STATUSES));
});

for (const order of ORDERS.filter(({ method }) => method === 'POST')) {
  test(`what the server answers to ${order.path} is what the document says`, async t => {
    const console = await startConsole(t);
    const { answer, examples } = documented(order);
    const pending = console.order(order.path.slice('/v1/'.length), examples.input);
    const timer = setInterval(() => console.control.finish(), 5);
    const given = await pending;
    clearInterval(timer);
    assert.equal(given.status, 200);
    assert.deepEqual(faults(content(given), answer), []);
    const refused = await console.order(order.path.slice('/v1/'.length), { nonsense: 1 });
    assert.deepEqual(faults(content(refused), refusal()), []);
  });
}

/** A gateway that has seen traffic, errors and a change, and the console of it. */
async function consoleOfGateway(t: Parameters<typeof startGateway>[0]): Promise<TestConsole> {
  const { url } = await okBackend(t);
  const running = await startGateway(t, {
    pools: { web: [url, 'http://127.0.0.1:1,backup'] },
    routes: [{ name: 'all', pool: 'web' }],
    maxConns: 4,
    breaker: {},
  });
  await exchange(t, running.address, get('/'));
  const nothing = { reload: unasked, upgrade: unasked, stop: unasked };
  const console = await startConsole(t);
  const operations = new Operations(running.gateway, nothing);
  Object.assign(console.control, { status: () => operations.status() });
  operations.set('web', { 'max-conns': '8' });
  return console;
}

function unasked(): never {
  throw new Error('nobody asked for that');
}

test('the status of a gateway that has seen traffic is what the document says', async t => {
  const console = await consoleOfGateway(t);
  const status = content(await console.ask(statusBytes()));
  assert.deepEqual(faults(status, documented(ORDERS[0]!).answer), []);
  const [pool] = status['pools'] as { exchanges: { ended: number } }[];
  assert.equal(pool!.exchanges.ended, 1);
});
