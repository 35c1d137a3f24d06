import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeWords } from '../../../src/transport/place-words.ts';

for (const [claim, place, words] of [
  ['a socket is its path', { path: '/run/app.sock', authority: 'localhost', host: '' }, '/run/app.sock'],
  ['an address is itself', { path: '', authority: '10.0.0.1:80', host: '10.0.0.1' }, '10.0.0.1:80'],
  ['an IPv6 address is itself', { path: '', authority: '[::1]:80', host: '::1' }, '[::1]:80'],
  ['a name that is one endpoint is itself', { path: '', authority: 'api:80', host: 'api' }, 'api:80'],
  ['a name comes with its address', { path: '', authority: 'api:80', host: '10.0.0.1' }, 'api:80 (10.0.0.1)'],
] as const) {
  test(`in the log, ${claim}`, () => assert.equal(placeWords(place), words));
}
