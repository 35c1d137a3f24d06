import assert from 'node:assert/strict';
import { test } from 'node:test';
import { warnings } from '../../../src/cli/warnings.ts';
import { type FlagValues, loadConfig } from '../../../src/config/load.ts';

function warned(rule: string, flags: FlagValues = {}): readonly string[] {
  const pool = ['a=http://a:1', 'b=fcgi://b:1,max-conns=1'];
  return warnings(loadConfig({ pool, admin: 'off', route: [rule, 'path=/a -> a', '-> b'], ...flags }));
}

test('check warns of a prefix that no path of its route begins with', () => {
  const warning = 'route route-1: prefix /y /z changes nothing, for no path of the route begins with /y';
  assert.deepEqual(warned('path=/x -> a; prefix /y /z'), [warning]);
  assert.deepEqual(warned('path=/yy,/x/* -> a; prefix /y /z'), [warning]);
  for (const path of ['/y', '/y/x', '/x,/y/*', '/%79/a', '~^/y']) {
    assert.deepEqual(warned(`path=${path} -> a; prefix /y /z`), [], path);
  }
  assert.deepEqual(warned('path=/x/* -> a; prefix /x/y/ /z; prefix / /y'), []);
  assert.deepEqual(warned('path!=/x -> b; prefix /y /z'), []);
});

test('check warns of what is told to scripts where there are none', () => {
  const rule = (pool: string): string => `path=/x -> ${pool}; script-name /x.php; path-info {path}`;
  assert.deepEqual(warned(rule('a')), [
    'route route-1: script-name, path-info: nobody hears of it, for the pool a has no backend of the schemes fcgi, scgi, uwsgi or cgi',
  ]);
  assert.deepEqual(warned(rule('b')), []);
  assert.deepEqual(warned('path=/x -> a; canary b 5%; docroot /srv'), []);
  assert.deepEqual(warned(rule('a'), { fallback: 'b' }), []);
});
