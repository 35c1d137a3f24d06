import assert from 'node:assert/strict';
import { test } from 'node:test';
import { environmentOf, systemText } from '../../../../protocols/cgi/environment.ts';
import { refused } from '../../cgi/refused.ts';
import { applicationOf, fieldLines, requestOf } from '../../cgi/requests.ts';

test('the environment has a PATH, unless the configuration gives another', () => {
  assert.equal(environmentOf(requestOf(), applicationOf())['PATH'], '/usr/local/bin:/usr/bin:/bin');
  const own = applicationOf({ variables: ['PATH', '/opt/bin', 'LANG', 'C.UTF-8'] });
  const environment = environmentOf(requestOf(), own);
  assert.deepEqual([environment['PATH'], environment['LANG']], ['/opt/bin', 'C.UTF-8']);
});

test('no field of a request can replace a variable that is none of its own', () => {
  const fields = fieldLines('Path: /evil', 'LD-Preload: /evil.so', '__proto__: evil');
  const environment = environmentOf(requestOf({ fields }), applicationOf());
  assert.equal(environment['PATH'], '/usr/local/bin:/usr/bin:/bin');
  assert.equal(environment['HTTP_PATH'], '/evil');
  assert.equal(environment['LD_PRELOAD'], undefined);
});

test('bytes that are UTF-8 arrive as they are', () => {
  const latin1 = Buffer.from('Zürich €', 'utf8').toString('latin1');
  const environment = environmentOf(requestOf({ fields: fieldLines(`X-City: ${latin1}`) }), applicationOf());
  assert.equal(environment['HTTP_X_CITY'], 'Zürich €');
});

test('a field that is not UTF-8 keeps its characters, a path must be what it is', () => {
  const environment = environmentOf(requestOf({ fields: fieldLines('X-City: Z\xfcrich') }), applicationOf());
  assert.equal(environment['HTTP_X_CITY'], 'Zürich');
  const error = refused('http_request_error', () =>
    environmentOf(requestOf({ target: '/Z%FCrich' }), applicationOf()),
  );
  assert.match(error.message, /DOCUMENT_URI .*only be given UTF-8/);
});

test('what cannot be written in UTF-8 has no text', () => {
  assert.equal(systemText('/usr/lib'), '/usr/lib');
  assert.equal(systemText('caf\xc3\xa9'), 'café');
  for (const bytes of ['caf\xe9', '\xff', '\xc3', '\xed\xa0\x80', 'caf\xc3\xa9\0'])
    assert.equal(systemText(bytes), undefined);
});
