import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { get } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { Noting, startHolding } from '../support/held.ts';
import { temporaryFolder } from '../support/socket-path.ts';

test('a file that is made holds, and its end lets go, in order', async t => {
  const file = join(temporaryFolder(t), 'hold');
  const { origin, holding } = await startHolding(t, { hold: { file } });
  writeFileSync(file, '');
  await eventually('it is held', () => holding.status() !== null);
  assert.equal(holding.status()!.why, `while the file ${file} exists`);
  const clients = await holding.heldInOrder(5);
  assert.deepEqual(origin.targets, []);
  rmSync(file);
  for (const [i, client] of clients.entries()) assert.equal((await client.response()).text, `/${i}`);
  await eventually('it is open', () => holding.status() === null);
});

test('a file that exists holds from the first request on: a hold by file survives a restart (84)', async t => {
  const file = join(temporaryFolder(t), 'hold');
  writeFileSync(file, '');
  const { origin, holding } = await startHolding(t, { hold: { file } });
  const client = await holding.held('/');
  assert.deepEqual(origin.targets, []);
  rmSync(file);
  assert.equal((await client.response()).status, 200);
});

test('a file that is renamed, replaced or linked to counts like any other', async t => {
  const folder = temporaryFolder(t);
  const [file, other] = [join(folder, 'hold'), join(folder, 'other')];
  const { holding } = await startHolding(t, { hold: { file } });
  writeFileSync(other, '');
  renameSync(other, file);
  await eventually('it is held', () => holding.status() !== null);
  const client = await holding.held('/');
  writeFileSync(other, '');
  renameSync(other, file);
  renameSync(file, other);
  assert.equal((await client.response()).status, 200);
  await eventually('it is open', () => holding.status() === null);
  symlinkSync(other, file);
  await eventually('it is held again', () => holding.status() !== null);
});

test('a directory that goes and comes back is watched again', async t => {
  const folder = join(temporaryFolder(t), 'run');
  mkdirSync(folder);
  const file = join(folder, 'hold');
  const { holding } = await startHolding(t, { hold: { file } });
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
  writeFileSync(file, '');
  await eventually('it is held', () => holding.status() !== null);
  rmSync(folder, { recursive: true });
  await eventually('it is open', () => holding.status() === null);
});

test('what a file holds an order cannot let go, and says which file it is', async t => {
  const file = join(temporaryFolder(t), 'hold');
  writeFileSync(file, '');
  const { holding } = await startHolding(t, { hold: { file } });
  for (const target of ['default', undefined]) {
    const refusal = { kind: 'refused', message: new RegExp(`${file} exists: remove it`) };
    assert.throws(() => holding.resume({ target }), refusal);
  }
  assert.equal(holding.status()!.phase, 'held');
});

test('what is held by an order and by a file goes on when both have ended', async t => {
  const file = join(temporaryFolder(t), 'hold');
  const { holding } = await startHolding(t, { hold: { file } });
  holding.hold();
  const client = await holding.held('/');
  writeFileSync(file, '');
  await eventually('the file holds as well', () => holding.status()!.why.includes(file));
  holding.hold({ for: 50 });
  await eventually('the order has ended', () => holding.status()!.leftMs === null);
  assert.equal(holding.waiting(), 1);
  rmSync(file);
  assert.equal((await client.response()).status, 200);
});

test('several pools go by one file', async t => {
  const file = join(temporaryFolder(t), 'hold');
  const other = await Noting.start(t);
  const { holding } = await startHolding(t, { hold: { file }, pools: { other: [other.url] } });
  writeFileSync(file, '');
  await eventually('both are held', () => ['default', 'other'].every(name => holding.status(name) !== null));
  rmSync(file);
  await eventually('both are open', () => ['default', 'other'].every(name => holding.status(name) === null));
});

test('paths of the configuration pass a hold by file', async t => {
  const file = join(temporaryFolder(t), 'hold');
  writeFileSync(file, '');
  const { holding } = await startHolding(t, { hold: { file, bypass: ['/healthz'] } });
  assert.equal((await (await holding.ask(get('/healthz'))).response()).status, 200);
});

test('of two that hold, the end of one is not told as if requests went on', async t => {
  const file = join(temporaryFolder(t), 'hold');
  writeFileSync(file, '');
  const { holding } = await startHolding(t, { hold: { file } });
  const told = (pattern: RegExp) => holding.gateway.messages.filter(({ message }) => pattern.test(message));
  holding.hold({ for: 20 });
  await eventually('the order has ended', () => told(/has lasted its time/).length === 1);
  assert.equal(told(/held on by a file/).length, 1);
  holding.hold();
  rmSync(file);
  await eventually('the file is gone', () => told(/hold file is gone/).length === 1);
  assert.equal(told(/held on by an operator/).length, 1);
  assert.equal(told(/requests go on/).length, 0);
});
