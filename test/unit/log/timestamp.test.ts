import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Timestamp } from '../../../src/log/timestamp.ts';

const NOON = Date.UTC(2026, 2, 1, 12, 0, 0, 7);

test('times are right across the change of a millisecond, a second and back', () => {
  const timestamp = new Timestamp();
  const times = [NOON, NOON + 1, NOON + 993, NOON - 8, Date.UTC(2026, 11, 31, 23, 59, 59, 999)];
  for (const time of times) assert.equal(timestamp.iso(time), new Date(time).toISOString());
});

test('the common form is local time with its offset', () => {
  const date = new Date(NOON);
  const offset = 0 - date.getTimezoneOffset();
  const text = new Timestamp().common(NOON);
  const [, day, month, year, hours, minute, sign, zone] =
    /^(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d):(\d\d):00 ([+-])(\d{4})$/.exec(text) ?? assert.fail(text);
  assert.deepEqual([Number(day), month, year], [date.getDate(), 'Mar', '2026']);
  assert.equal(Number(hours), date.getHours());
  assert.equal(Number(minute), date.getMinutes());
  const minutes = Number(zone!.slice(0, 2)) * 60 + Number(zone!.slice(2));
  assert.equal(sign === '-' ? 0 - minutes : minutes, offset);
});

test('the clock is local time with milliseconds', () => {
  assert.match(new Timestamp().clock(NOON), /^\d\d:\d\d:00\.007$/);
});
