import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyOf } from '../../../src/resolver/question.ts';
import { Prng } from '../../fuzz/prng.ts';
import type { DnsRecord } from '../../support/dns-message.ts';
import { eventually } from '../../support/eventually.ts';
import { resolving } from './fixture.ts';

/** Where the id of a message ends: an answer with another id is to nobody's question. */
const ID = 2;

const ADDRESSES: DnsRecord[] = [
  { type: 'CNAME', data: 'real.test' },
  { type: 'A', owner: 'real.test', data: '127.0.0.1' },
  { type: 'A', owner: 'real.test', data: '127.0.0.2' },
];
const SERVICES: DnsRecord[] = [
  { type: 'SRV', data: '1 1 80 one.test' },
  { type: 'SRV', data: '2 2 81 two.test' },
];

/** A few bytes are others, or the end is missing. */
function damaged(answer: Buffer, random: Prng): Buffer {
  const copy = Buffer.from(answer);
  for (let i = random.below(5); i >= 0; i--) copy[ID + random.below(copy.length - ID)] = random.below(256);
  return random.below(3) === 0 ? copy.subarray(0, ID + random.below(copy.length - ID)) : copy;
}

for (const [kind, type, records] of [
  ['addresses', 'A', ADDRESSES],
  ['services', 'SRV', SERVICES],
] as const) {
  test(`answers whose bytes are damaged name ${kind} or fail, and nothing else comes of them`, async t => {
    const f = await resolving(t, { timeout: 300 });
    const random = new Prng(1);
    const names = Array.from({ length: 300 }, (_, i) => `n${i}.test`);
    for (const name of names) f.dns.says(name, type, { records, damage: answer => damaged(answer, random) });
    const all = await Promise.all(names.map(name => f.first(name, kind, 4)));
    for (const {
      watch,
      watch: { places },
    } of all) {
      for (const place of places ?? []) assert.match(keyOf(place), /^[\d.]+(:\d+)?$/);
      assert.ok(places !== undefined || watch.reason !== '');
    }
    f.dns.has('well.test', ['127.0.0.1']);
    const well = f.watch('well.test');
    await eventually('a name whose answers are whole is known', () => well.places === '127.0.0.1');
  });
}
