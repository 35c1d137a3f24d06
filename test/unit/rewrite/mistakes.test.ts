import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rewriteMistakes } from '../../../src/rewrite/mistakes.ts';
import { type RewriteSetting, rewriteConfigOf } from './exchanges.ts';

test('what can be told wrong at start is told then, in words that say what to write', () => {
  const set = (name: string, value = 'x'): RewriteSetting => ({ request: { set: [[name, value]] } });
  const cases: [RewriteSetting, RegExp][] = [
    [{ prefix: [['app', '/x']] }, /"app": what a path begins with is a path: it begins with \//],
    [{ prefix: [['/app', 'x']] }, /"x": what takes the place of a prefix is a path/],
    [{ prefix: [['/app', '/x?y']] }, /has no query; set-query sets one/],
    [{ prefix: [['/app', '/a b']] }, /a space may not stand in a URL; write it percent-encoded/],
    [{ path: [['^/(a', '/x']] }, /"\^\/\(a" is no regular expression in the syntax of RE2/],
    [{ path: [['(?=a)', '/x']] }, /no look-around/],
    [{ path: [['^/x', 'y']] }, /"y" takes the place of what a path begins with: it begins with \//],
    [{ path: [['(?i)^/(a|b)/', '?$1']] }, /takes the place of what a path begins with/],
    [{ path: [['^/(.*)', '/$0']] }, /\$0 stands for nothing: .* write \$1, for the text itself write \$\$0/],
    [{ path: [['^/a', '/$1']] }, /\$1: nothing is captured here/],
    [{ queryPatterns: [['(a)', '$2']] }, /only 1 captured/],
    [{ query: 'a#b' }, /'#' may not stand in a URL/],
    [{ query: '{quary}' }, /\{quary\} is no variable/],
    [{ host: 'a b' }, /host "a b": it is a name or an address/],
    [{ docroot: 'srv' }, /docroot "srv": it is a path and begins with \//],
    [{ scriptName: '/../x.php' }, /script-name .*a segment \. or \.\. may not stand in it/],
    [set('Connection'), /about one connection/],
    [set('Transfer-Encoding'), /where a body ends/],
    [set('content-length'), /where a body ends/],
    [set('Host'), /directive host/],
    [set('Via'), /in a circle/],
    [set('Expect', '100-continue'), /between the client and the gateway/],
    [set('X_Forwarded_For'), /would pass for one of the gateway's own/],
    [set('X A'), /"X A" is no field name/],
    [set(''), /is no field name/],
    [set('X-A', 'a\r\nb'), /line end/],
    [set('X-A', 'a\x01'), /control character/],
    [{ request: { add: [['X-Forwarded-For', '1']] } }, /set it, so that there is one/],
    [{ request: { remove: ['Via'] } }, /in a circle/],
    [{ response: { remove: ['Content-Length'] } }, /where a body ends/],
    [{ response: { add: [['Upgrade', 'x']] } }, /about one connection/],
  ];
  for (const [setting, message] of cases) {
    const mistakes = rewriteMistakes(rewriteConfigOf(setting));
    assert.equal(mistakes.length, 1, JSON.stringify([setting, mistakes]));
    assert.match(mistakes[0]!, message);
  }
});

test('every mistake is told, and what is none is not', () => {
  const bad: RewriteSetting = { host: '/', query: '#', request: { set: [['TE', '']], remove: ['Via'] } };
  assert.equal(rewriteMistakes(rewriteConfigOf(bad)).length, 4);
  const good: RewriteSetting = {
    prefix: [['/app', '{header:X-Base}']],
    path: [
      ['^/x/(.*)', '/$1'],
      ['^(/y)', '$1/z'],
      ['^/a|b', 'b'],
      ['^/old', ''],
      ['x', 'y'],
    ],
    host: '{hostname}.inner:81',
    request: { set: [['X-Forwarded-For', '{client}']], remove: ['X-Forwarded-Host'] },
    response: { set: [['Strict-Transport-Security', 'max-age=1']], remove: ['Server'] },
    docroot: '/srv/{hostname}',
  };
  assert.deepEqual(rewriteMistakes(rewriteConfigOf(good)), []);
});
