import assert from 'node:assert/strict';
import { test } from 'node:test';
import { warnings } from '../../../src/cli/warnings.ts';
import { loadConfig } from '../../../src/config/load.ts';

function warned(conditions: string, location: string): readonly string[] {
  const route = [`${conditions} -> redirect ${location}`, '-> a'];
  return warnings(loadConfig({ pool: ['a=http://a:1'], admin: 'off', route }));
}

test('check warns of a redirect whose host a request has a say in', () => {
  for (const [conditions, location] of [
    ['path=~^/go(.*)$', 'https://example.com$1.html'],
    ['path=~^/go(.*)$', 'https://$1.example.com/'],
    ['path=~^/go(.*)$', 'https://$1'],
    ['path=~^/go([a-z]+)$', 'https://example.com$1.net/'],
    ['path=~^/go([^x]+)$', 'https://$1.example.com/'],
    ['path=~^/go(([a-z]|/)+)$', 'https://$1.example.com/'],
    ['path=~^/a([a-z]+)$,~^/b(.*)$', '//$1.example.com/'],
    ['path=/go', 'https://{query:to}'],
    ['path=/go', 'https://{query:to}.example.com/'],
  ] as const) {
    const lines = warned(conditions, location);
    assert.equal(lines.length, 1, `${conditions} ${location}`);
    assert.match(
      lines[0]!,
      /^route route-1: redirect .* can lead elsewhere, for \S+ is a part of the host: put a slash/,
    );
  }
});

test('a redirect whose host is as it is written, or what a host captured, is not warned of', () => {
  for (const [conditions, location] of [
    ['path=~^/go(.*)$', 'https://example.com$1'],
    ['path=~^/go(.*)$', 'https://{host}.cdn.net$1'],
    ['path=~^/go(.*)$', 'https://example.com/$1.html'],
    ['path=~^/go(.*)$', '/x$1'],
    ['path=~^/go/([a-z0-9-]+)/', 'https://$1.example.com{target}'],
    ['path=~^/(?P<x>[\\w-]+)/(?:a|b)', 'https://$1.example.com:8443/'],
    ['path=~^/(de|fr)/', 'https://www-$1.example.com/'],
    ['host=~^([a-z.]+)\\.old\\.test$', 'https://$1.example.com{target}'],
    ['path=/go', 'https://{hostname}{path}?{query}'],
  ] as const) {
    assert.deepEqual(warned(conditions, location), [], `${conditions} ${location}`);
  }
});
