import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explain } from '../../src/explain/explain.ts';
import { okBackend } from '../support/backend.ts';
import { exchange, get, post } from '../support/client.ts';
import { makeConfig, type Setting } from '../support/config.ts';
import { cookieOf, keyFile } from '../support/cookies.ts';
import { dnsServer } from '../support/dns-server.ts';
import { startGateway } from '../support/gateway.ts';

function asked(setting: Setting, ...fields: string[]) {
  const question = { method: 'GET', target: '/', host: 'a', fields, client: '127.0.0.1', tls: false };
  return explain(makeConfig(setting), question, false);
}

test('what is explained of a sticky session is what the gateway does', async t => {
  const backends = await Promise.all(['a', 'b', 'c'].map(name => okBackend(t, name)));
  const setting: Setting = {
    backends: backends.map(({ url }) => url),
    sticky: { cookie: 'home' },
    cookieKeyFile: keyFile(t),
  };
  const { address } = await startGateway(t, setting);
  for (let i = 0; i < 3; i++) {
    const answer = await exchange(t, address, get());
    const { candidates, notes } = await asked(setting, `Cookie: ${cookieOf(answer)}`);
    const url = backends[['a', 'b', 'c'].indexOf(answer.text)]!.url;
    assert.equal(candidates[0]!.backend, url);
    assert.equal(candidates.length, 3);
    assert.ok(notes.some(note => note.includes('home')));
  }
});

test('what is explained of reads after writes is what the gateway does', async t => {
  const primary = await okBackend(t, 'primary');
  const replica = await okBackend(t, 'replica');
  const setting: Setting = {
    pools: { db: [primary.url], copies: [replica.url] },
    routes: [{ pool: 'db', reads: 'copies', readYourWrites: 60_000 }],
    cookieKeyFile: keyFile(t),
  };
  const { address } = await startGateway(t, setting);
  assert.equal((await asked(setting)).pool, 'copies');
  const written = await exchange(t, address, post('/', 'x'));
  assert.equal((await asked(setting, `Cookie: ${cookieOf(written)}`)).pool, 'db');
  assert.equal((await asked(setting, 'Cookie: sluice_wrote=1')).pool, 'copies');
});

test('a canary is explained by its field, and by chance only in words', async () => {
  const canary = { pool: 'next', share: 0.5, by: undefined, header: 'x-next' };
  const setting: Setting = {
    pools: { web: ['http://127.0.0.1:1'], next: ['http://127.0.0.1:2'] },
    routes: [{ pool: 'web', canary }],
  };
  assert.equal((await asked(setting, 'X-Next: always')).pool, 'next');
  const { pool, notes } = await asked(setting);
  assert.equal(pool, 'web');
  assert.ok(notes.some(note => note.startsWith('50% of the requests go to pool next')));
});

test('names are looked up where that is asked for, and stand for what they resolve to', async t => {
  const dns = await dnsServer(t);
  dns.has('api.test', ['127.0.0.12', '127.0.0.11'], 60);
  const config = makeConfig({
    backends: ['http://api.test:80,expand=addresses'],
    resolver: { servers: [dns.place] },
  });
  const question = { method: 'GET', target: '/', host: 'a', fields: [], client: 'unix', tls: false };
  const unasked = await explain(config, question, false);
  assert.deepEqual(
    unasked.candidates.map(({ address }) => address),
    ['api.test:80'],
  );
  assert.equal(dns.questions.length, 0);
  const { candidates } = await explain(config, question, true);
  assert.deepEqual(candidates.map(({ address }) => address).sort(), ['127.0.0.11:80', '127.0.0.12:80']);
});
