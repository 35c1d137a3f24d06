import assert from 'node:assert/strict';
import { test } from 'node:test';
import { now } from '../../../src/clock.ts';
import { TlsSessions } from '../../../src/transport/tls-sessions.ts';

const session = (checkedAt: number) => ({ bytes: Buffer.from('session'), checkedAt });

test('the latest session is used again and again', () => {
  const sessions = new TlsSessions();
  assert.equal(sessions.latest, undefined);
  const first = session(now());
  const second = session(now());
  sessions.keep(first);
  sessions.keep(second);
  assert.equal(sessions.latest, second);
  assert.equal(sessions.latest, second);
  sessions.forget();
  assert.equal(sessions.latest, undefined);
});

test('a session stands for ten minutes for the certificate that it came of', () => {
  const sessions = new TlsSessions();
  sessions.keep(session(now() - 590_000));
  assert.notEqual(sessions.latest, undefined);
  sessions.keep(session(now() - 600_001));
  assert.equal(sessions.latest, undefined);
});
