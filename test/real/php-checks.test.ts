import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { connect, get } from '../support/client.ts';
import type { Setting } from '../support/config.ts';
import { eventually } from '../support/eventually.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { type PhpFpm, startPhpFpm } from '../support/php-fpm.ts';
import { unlessInstalled } from '../support/program.ts';

const skip = unlessInstalled('php-fpm');

const OFTEN = { interval: 20, timeout: 500, rise: 1, fall: 1 };

interface Scene {
  readonly fpm: PhpFpm;
  readonly gateway: RunningGateway;
}

/** A PHP-FPM with one worker, and a site in front of it that is checked often. */
async function scene(t: TestContext, check: Setting['check'], options = ',max-conns=1'): Promise<Scene> {
  const fpm = await startPhpFpm(t, { workers: 1, ping: true });
  const gateway = await startGateway(t, {
    backends: [`${fpm.url}${options}`],
    site: { root: fpm.root, script: '', index: ['index.php'] },
    check: { ...OFTEN, ...check },
  });
  return { fpm, gateway };
}

function endpoint({ gateway }: Scene) {
  return gateway.gateway.status().pools[0]!.endpoints[0]!;
}

/** Resolves once so many checks have ended since. */
async function checks(s: Scene, count: number): Promise<void> {
  const ended = () => s.gateway.messages.filter(({ message }) => message === 'endpoint checked').length;
  const goal = ended() + count;
  await eventually(`${count} checks have ended`, () => ended() >= goal);
}

for (const [what, check] of [
  ['the ping path', { path: '/ping', body: 'pong' }],
  ['the status path', { path: '/status?json', body: '"accepted conn"' }],
  ['a script below the root', { path: '/hello.php', body: 'hello' }],
  ['a script with a path behind it', { path: '/variables.php/deep', body: 'PATH_INFO' }],
] as const) {
  test(`PHP-FPM is checked by ${what}`, { skip }, async t => {
    const s = await scene(t, check);
    await checks(s, 3);
    assert.equal(endpoint(s).check!.words, 'status 200');
    assert.equal(endpoint(s).state, 'up');
  });
}

test('a script that is missing takes PHP-FPM down', { skip }, async t => {
  const s = await scene(t, { path: '/nowhere.php' });
  await checks(s, 1);
  assert.equal(endpoint(s).why, 'check failed: status 404, wanted 200-399');
});

for (const options of ['', ',max-conns=1', ',mpxs=4']) {
  test(`checks do not wait for an idle connection to let go of the only worker: ${options || 'no limit'}`, {
    skip,
  }, async t => {
    const s = await scene(t, { path: '/ping' }, options);
    for (let i = 0; i < 20; i++) {
      const answer = await fetch(`${s.gateway.address}/hello.php`);
      assert.deepEqual([answer.status, await answer.text()], [200, 'hello\n']);
      await checks(s, 2);
    }
    assert.ok(!s.gateway.messages.some(({ message }) => message === 'endpoint down'));
  });
}

test('a worker that is busy with a request is not taken for a broken one', { skip }, async t => {
  const s = await scene(t, { path: '/ping', timeout: 50 });
  await checks(s, 1);
  const client = await connect(t, s.gateway.address);
  client.send(get('/stream.php?gate=open', 'Connection: close'));
  await client.until('first\n');
  await checks(s, 5);
  assert.equal(endpoint(s).state, 'up');
  assert.match(endpoint(s).check!.words, /busy with as many requests as it takes/);
  writeFileSync(join(s.fpm.root, 'open'), '');
  await client.until('last\n');
  await eventually('a check has passed again', () => endpoint(s).check!.passed);
});
