import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Signer } from '../../../src/cookies/signer.ts';
import { WriteMark } from '../../../src/cookies/write-mark.ts';
import { given, visitorWith } from '../../support/cookies.ts';

const KEY = Buffer.alloc(32, 7);
const NOW = 1_700_000_000_000;

function markAt(time: number, pool = 'db', duration = 10_000, key = KEY): WriteMark {
  return new WriteMark(pool, duration, new Signer(key), () => time);
}

function leave(mark: WriteMark): string {
  const visitor = visitorWith();
  mark.leave(visitor);
  return given(visitor);
}

function believes(mark: WriteMark, cookie: string): boolean {
  const visitor = visitorWith(`a=b; ${cookie}`);
  mark.take(visitor);
  assert.equal(visitor.fields, visitorWith('a=b').fields, 'no backend sees it');
  return mark.isFresh(visitor);
}

test('a mark is believed by who has the key, and by nobody who has another', () => {
  const cookie = leave(markAt(NOW));
  assert.equal(believes(markAt(NOW + 1), cookie), true);
  assert.equal(believes(markAt(NOW + 1, 'db', 10_000, Buffer.alloc(32, 8)), cookie), false);
});

test('a mark is good until its time is up, and for as long beyond as clocks may differ', () => {
  const cookie = leave(markAt(NOW));
  assert.equal(believes(markAt(NOW + 10_000), cookie), true);
  assert.equal(believes(markAt(NOW + 39_999), cookie), true);
  assert.equal(believes(markAt(NOW + 40_001), cookie), false);
});

test('a mark from a clock that is ahead is good, unless it is so far ahead that it would be good for ever', () => {
  assert.equal(believes(markAt(NOW), leave(markAt(NOW + 29_000))), true);
  assert.equal(believes(markAt(NOW), leave(markAt(NOW + 31_000))), false);
  assert.equal(believes(markAt(NOW), leave(markAt(NOW, 'db', 3_600_000))), false);
});

test('a mark is good for its own pool, whose name it does not show', () => {
  const mine = markAt(NOW, 'db');
  const other = markAt(NOW, 'db2');
  const cookie = leave(mine);
  assert.notEqual(mine.cookie, other.cookie);
  assert.equal(believes(other, cookie.replace(mine.cookie, other.cookie)), false);
  assert.equal(cookie.includes('db='), false);
  assert.match(mine.cookie, /^sluice_wrote_[0-9a-f]{8}$/);
});

test('whatever is changed in a mark, it is good no more', () => {
  const mark = markAt(NOW);
  const cookie = leave(mark);
  const start = cookie.indexOf('=') + 1;
  for (let i = start; i < cookie.length; i++) {
    const other = cookie[i] === '1' ? '2' : '1';
    const forged = cookie.slice(0, i) + other + cookie.slice(i + 1);
    assert.equal(believes(mark, forged), false, forged);
    assert.equal(believes(mark, cookie.slice(0, i)), false, `cut at ${i}`);
  }
  const value = cookie.slice(start);
  for (const odd of [`${value}x`, `0${value}`, `-${value}`, value.toUpperCase(), `"${value}"`, '.', ''])
    assert.equal(believes(mark, `${mark.cookie}=${odd}`), false, odd);
});

test('a forged mark beside a good one does not hide it', () => {
  const mark = markAt(NOW);
  assert.equal(believes(mark, `${mark.cookie}=${'z'.repeat(8)}.${'A'.repeat(22)}; ${leave(mark)}`), true);
});

test('the client is told to forget the mark in time, and told once', () => {
  const mark = markAt(NOW, 'db', 10_000);
  const visitor = visitorWith();
  mark.leave(visitor);
  mark.leave(visitor);
  assert.equal(visitor.ownFields.match(/Set-Cookie/g)!.length, 1);
  assert.match(visitor.ownFields, /; Path=\/; Max-Age=10; HttpOnly; SameSite=Lax\r\n$/);
});
