import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tlsError } from '../../../src/transport/tls-error.ts';

const UNKNOWN_CA = new Error('tlsv1 alert unknown ca: SSL alert number 48');

test('a backend that refuses a certificate is said to want one only if none is shown to it', () => {
  const told = (shown: boolean, cause = UNKNOWN_CA) =>
    tlsError('app:443', { name: 'app', shown }, 'unanswered', cause).message;
  assert.match(
    told(false),
    /the alert unknown_ca \(48\); does it want a certificate .* cert= and key= give it one$/,
  );
  assert.match(
    told(true),
    /the alert unknown_ca \(48\); it does not accept the certificate that it is shown/,
  );
  assert.doesNotMatch(told(true), /cert=/);
});
