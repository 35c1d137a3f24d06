import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findEndpoints, findMemberNoPool, findPool } from '../../../src/operations/find.ts';
import { Subject } from './support.ts';

const SETTING = {
  backends: ['http://10.0.0.1:80', 'http://10.0.0.2:80'],
  pools: {
    api: ['http://10.0.0.3:80', 'http://10.0.0.1:80', 'http+unix:///run/api/app.sock'],
    php: ['fcgi+unix:///run/php/app.sock', 'fcgi+unix:///run/php/fpm.sock,name=php/1'],
  },
};

for (const [text, meant] of [
  ['api/10.0.0.1:80', 'api/10.0.0.1:80'],
  ['default/10.0.0.1:80', 'default/10.0.0.1:80'],
  ['10.0.0.2:80', 'default/10.0.0.2:80'],
  ['/run/api/app.sock', 'api//run/api/app.sock'],
  ['api/app.sock', 'api//run/api/app.sock'],
  ['php/1', 'php/php/1'],
  ['php/php/1', 'php/php/1'],
  ['1', 'php/php/1'],
] as const) {
  test(`${text} means ${meant}`, () => {
    const { pool, name, endpoints } = findEndpoints(new Subject(SETTING).pools.byName, text);
    assert.equal(`${pool.name}/${name}`, meant);
    assert.deepEqual(
      endpoints.map(endpoint => endpoint.name),
      [name],
    );
  });
}

for (const [text, message] of [
  ['10.0.0.1:80', /there are 2 .*name one of default\/10\.0\.0\.1:80, api\/10\.0\.0\.1:80$/],
  ['app.sock', /there are 2 .*api\/\/run\/api\/app\.sock, php\/\/run\/php\/app\.sock$/],
  ['10.0.0.2:81', /no endpoint "10\.0\.0\.2:81"; the nearest known one is "10\.0\.0\.2:80"$/],
  ['zzzzzzzzzzzz', /no endpoint "zzzzzzzzzzzz"; known are: default\/10\.0\.0\.1:80, .*php\/php\/1$/],
  ['', /no endpoint ""/],
] as const) {
  test(`${JSON.stringify(text)} is refused with what could be meant`, () => {
    const { pools } = new Subject(SETTING);
    assert.throws(() => findEndpoints(pools.byName, text), { name: 'OrderError', kind: 'unknown', message });
  });
}

test('of many endpoints an unknown name lists none', () => {
  const backends = Array.from({ length: 11 }, (_, i) => `http://10.0.0.${i}:80`);
  const { pools } = new Subject({ backends });
  assert.throws(() => findEndpoints(pools.byName, 'zzzzzzzzzzzz'), { message: 'no endpoint "zzzzzzzzzzzz"' });
});

test('of many endpoints and few pools an unknown name lists the pools', () => {
  const backends = Array.from({ length: 11 }, (_, i) => `http://10.0.0.${i}:80`);
  const { pools } = new Subject({ backends, pools: { api: ['http://a:1'] } });
  assert.throws(() => findMemberNoPool(pools.byName, 'zzzzzzzzzzzz'), {
    message: 'no pool, backend or endpoint "zzzzzzzzzzzz"; known are: default, api ..',
  });
});

test('a pool that is not there is refused with those that are', () => {
  const { pools } = new Subject(SETTING);
  assert.throws(() => findPool(pools.byName, 'apo'), {
    kind: 'unknown',
    message: /nearest known one is "api"/,
  });
});
