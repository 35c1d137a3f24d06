import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Backend, type BackendConnection, backend, ok } from '../support/backend.ts';
import { connect, get } from '../support/client.ts';
import type { Setting } from '../support/config.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway } from '../support/gateway.ts';

/** A backend that answers when told so, and knows how many requests it had at once. */
class Worker {
  readonly targets: string[] = [];
  most = 0;
  readonly #open: BackendConnection[] = [];
  origin!: Backend;

  static async start(t: TestContext): Promise<Worker> {
    const worker = new Worker();
    worker.origin = await backend(t, async connection => {
      for (;;) {
        const { target } = await connection.request();
        worker.targets.push(target);
        worker.#open.push(connection);
        worker.most = Math.max(worker.most, worker.#open.length);
      }
    });
    return worker;
  }

  get busy(): number {
    return this.#open.length;
  }

  /** Answers the oldest request. */
  answer(): void {
    this.#open.shift()!.send(ok());
  }
}

async function queued(t: TestContext, setting: Setting) {
  const worker = await Worker.start(t);
  const gateway = await startGateway(t, { backends: [worker.origin.url], ...setting });
  const ask = async (target: string) => {
    const client = await connect(t, gateway.address);
    client.send(get(target));
    return client;
  };
  return { worker, gateway, ask };
}

test('a backend with max-conns=1 never sees two requests at once, and serves them in order of arrival', async t => {
  const { worker, gateway, ask } = await queued(t, { maxConns: 1 });
  const targets = Array.from({ length: 20 }, (_, i) => `/${i}`);
  const clients = [];
  for (const [i, target] of targets.entries()) {
    clients.push(await ask(target));
    await eventually('it has arrived', () => gateway.load().inFlight + gateway.load().queued === i + 1);
  }
  for (let i = 0; i < 20; i++) {
    await eventually('the next one is being served', () => worker.targets.length === i + 1);
    assert.equal(worker.busy, 1);
    worker.answer();
  }
  for (const client of clients) assert.equal((await client.response()).status, 200);
  assert.deepEqual(worker.targets, targets);
  assert.equal(worker.most, 1);
  assert.equal(worker.origin.connections.length, 1);
});

test('20 requests at once to a backend that takes 50 ms for each all succeed, one at a time', async t => {
  let busy = 0;
  let most = 0;
  const origin = await backend(t, async connection => {
    for (;;) {
      await connection.request();
      most = Math.max(most, ++busy);
      await new Promise(resolve => setTimeout(resolve, 50));
      busy--;
      connection.send(ok());
    }
  });
  const gateway = await startGateway(t, { backends: [origin.url], maxConns: 1 });
  const clients = await Promise.all(Array.from({ length: 20 }, () => connect(t, gateway.address)));
  for (const client of clients) client.send(get());
  for (const client of clients) assert.equal((await client.response()).status, 200);
  assert.equal(most, 1);
});

test('a pool limit holds over all its backends', async t => {
  const workers = [await Worker.start(t), await Worker.start(t)];
  const gateway = await startGateway(t, {
    backends: workers.map(worker => worker.origin.url),
    poolMaxConns: 2,
  });
  const clients = await Promise.all(Array.from({ length: 6 }, () => connect(t, gateway.address)));
  for (const client of clients) client.send(get());
  await eventually('four wait', () => gateway.load().queued === 4);
  assert.equal(gateway.load().inFlight, 2);
  for (let served = 0; served < 6; served++) {
    await eventually('one is being served', () => workers.some(worker => worker.busy > 0));
    assert.ok(workers[0]!.busy + workers[1]!.busy <= 2);
    workers.find(worker => worker.busy > 0)!.answer();
  }
  for (const client of clients) assert.equal((await client.response()).status, 200);
});

test('a full queue refuses newcomers and keeps those who wait', async t => {
  const { worker, gateway, ask } = await queued(t, { maxConns: 1, queue: { length: 2 } });
  const clients = [];
  for (let i = 0; i < 3; i++) {
    clients.push(await ask(`/${i}`));
    await eventually('it has arrived', () => gateway.load().inFlight + gateway.load().queued === i + 1);
  }
  const refused = await ask('/refused');
  assert.equal((await refused.response()).status, 503);
  for (let i = 0; i < 3; i++) {
    await eventually('the next one is being served', () => worker.targets.length === i + 1);
    worker.answer();
  }
  for (const client of clients) assert.equal((await client.response()).status, 200);
});

test('who waits for too long is refused, and the one behind is served', async t => {
  const { worker, gateway, ask } = await queued(t, { maxConns: 1, queue: { timeout: 600 } });
  const first = await ask('/first');
  await eventually('the first is being served', () => worker.busy === 1);
  const second = await ask('/second');
  assert.equal((await second.response()).status, 503);
  const third = await ask('/third');
  await eventually('the third waits', () => gateway.load().queued === 1);
  worker.answer();
  assert.equal((await first.response()).status, 200);
  await eventually('the third is being served', () => worker.targets.includes('/third'));
  worker.answer();
  assert.equal((await third.response()).status, 200);
  assert.deepEqual(worker.targets, ['/first', '/third']);
});

test('who leaves the queue is passed over', async t => {
  const { worker, gateway, ask } = await queued(t, { maxConns: 1 });
  await ask('/first');
  await eventually('the first is being served', () => worker.busy === 1);
  const second = await ask('/second');
  await eventually('the second waits', () => gateway.load().queued === 1);
  const third = await ask('/third');
  await eventually('the third waits', () => gateway.load().queued === 2);
  second.reset();
  await eventually('the second has left', () => gateway.load().queued === 1);
  worker.answer();
  await eventually('the third is being served', () => worker.busy === 1);
  worker.answer();
  assert.equal((await third.response()).status, 200);
  assert.deepEqual(worker.targets, ['/first', '/third']);
});

test('a slot is free when the answer has ended, not when its head has come', async t => {
  const { worker, gateway, ask } = await queued(t, { maxConns: 1 });
  const first = await ask('/first');
  await eventually('the first is being served', () => worker.busy === 1);
  await ask('/second');
  await eventually('the second waits', () => gateway.load().queued === 1);
  const connection = await worker.origin.connection(0);
  connection.send('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel');
  await first.until('hel');
  assert.deepEqual(gateway.load(), { inFlight: 1, queued: 1 });
  connection.send('lo');
  await eventually('the second is being served', () => worker.targets.includes('/second'));
});

test('a backend that dies while others wait for it leaves none of them hanging', async t => {
  const { worker, gateway, ask } = await queued(t, { maxConns: 1, retry: { attempts: 0 } });
  const clients = [await ask('/0')];
  await eventually('the first is being served', () => worker.busy === 1);
  for (let i = 1; i < 5; i++) clients.push(await ask(`/${i}`));
  await eventually('four wait', () => gateway.load().queued === 4);
  await worker.origin.close();
  for (const client of clients) assert.ok((await client.response()).status >= 502);
  assert.deepEqual(gateway.load(), { inFlight: 0, queued: 0 });
});
