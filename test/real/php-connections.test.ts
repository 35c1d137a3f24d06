import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { connect, get } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { type PhpSiteSetting, startPhpSite } from '../support/php-site.ts';
import { unlessInstalled } from '../support/program.ts';

const skip = unlessInstalled('php-fpm');
const READY = /ready to handle connections/g;

async function page(address: string, path: string): Promise<string> {
  const answer = await fetch(`${address}${path}`);
  assert.equal(answer.status, 200);
  return answer.text();
}

test('requests that follow each other share one connection to PHP-FPM', { skip }, async t => {
  const { gateway } = await startPhpSite(t, { options: ',max-conns=2' });
  const first = await page(gateway.address, '/connection.php');
  assert.match(first, /^\d+ socket:\S+ socket:/);
  for (let i = 0; i < 5; i++) assert.equal(await page(gateway.address, '/connection.php'), first);
});

test('workers that end after three requests cost no request (74)', { skip }, async t => {
  const { gateway } = await startPhpSite(t, { options: ',max-conns=2', maxRequests: 3 });
  const workers = new Set<string>();
  for (let i = 0; i < 20; i++) workers.add((await page(gateway.address, '/connection.php')).split(' ')[0]!);
  assert.ok(workers.size >= 7, `${workers.size} workers`);
});

test('a worker that dies costs its own request alone', { skip }, async t => {
  const { gateway } = await startPhpSite(t, { options: ',max-conns=2' });
  for (let i = 0; i < 3; i++) {
    const client = await connect(t, gateway.address);
    client.send(get('/crash.php'));
    assert.equal((await client.response()).status, 502);
    assert.equal(await page(gateway.address, '/hello.php'), 'hello\n');
  }
  const reasons = gateway.records.map(({ reason }) => reason).filter(reason => reason !== '');
  assert.equal(reasons.length, 3, reasons.join());
});

test('PHP-FPM, asked whether it shares connections, says no and is not made to (71)', { skip }, async t => {
  const { gateway } = await startPhpSite(t, { options: ',mpxs=16', workers: 4 });
  const pages = Array.from({ length: 40 }, () => page(gateway.address, '/hello.php'));
  assert.deepEqual(new Set(await Promise.all(pages)), new Set(['hello\n']));
});

for (const options of ['', ',max-conns=2']) {
  const limit = options === '' ? 'without a limit' : 'with a limit';

  test(`a client reads what PHP flushed before the script goes on, ${limit} (73)`, { skip }, async t => {
    const { gateway, fpm } = await startPhpSite(t, { options });
    const client = await connect(t, gateway.address);
    client.send(get('/stream.php?gate=open', 'Connection: close'));
    await client.until('first\n');
    assert.equal(client.pending.includes('last'), false);
    writeFileSync(join(fpm.root, 'open'), '');
    await client.until('last\n');
  });

  test(`8 clients are served by 2 workers, and none waits for ever, ${limit}`, { skip }, async t => {
    const { gateway } = await startPhpSite(t, { options });
    const visit = async () => {
      for (let i = 0; i < 25; i++) assert.equal(await page(gateway.address, '/hello.php'), 'hello\n');
    };
    await Promise.all(Array.from({ length: 8 }, visit));
    assert.deepEqual(gateway.load(), { inFlight: 0, queued: 0 });
  });

  test(`reloads of PHP-FPM under load cost no request, ${limit} (74)`, { skip }, async t => {
    await reloadUnderLoad(t, { options });
  });
}

test('reloads of PHP-FPM on a TCP port under load cost no request (74)', { skip }, async t => {
  await reloadUnderLoad(t, { options: ',max-conns=4', tcp: true });
});

/** Clients ask on while PHP-FPM is reloaded, and see its new workers. */
async function reloadUnderLoad(t: TestContext, setting: PhpSiteSetting): Promise<void> {
  const { gateway, fpm } = await startPhpSite(t, { workers: 4, ...setting });
  const workers = new Set<string>();
  let stopped = false;
  const visit = async () => {
    while (!stopped) workers.add((await page(gateway.address, '/connection.php')).split(' ')[0]!);
  };
  const visits = Promise.all(Array.from({ length: 6 }, visit)).finally(() => {
    stopped = true;
  });
  visits.catch(() => {});
  for (let reloads = 1; reloads <= 3; reloads++) {
    const before = workers.size;
    await eventually('requests are answered', () => stopped || workers.size > 0);
    fpm.reload();
    await eventually('it is ready again', () => stopped || fpm.log.match(READY)?.length === reloads + 1);
    await eventually('new workers answer', () => stopped || workers.size > before);
  }
  stopped = true;
  await visits;
  assert.ok(gateway.records.every(({ status }) => status === 200));
}
