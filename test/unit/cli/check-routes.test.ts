import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contradicts } from '../../../src/cli/reach.ts';
import { shadowsOf } from '../../../src/cli/shadows.ts';
import { summary } from '../../../src/cli/summary.ts';
import { warnings } from '../../../src/cli/warnings.ts';
import { type FlagValues, loadConfig } from '../../../src/config/load.ts';

const pool = ['a=http://a:1', 'b=http://b:1', 'c=http://c:1'];

function load(flags: FlagValues): ReturnType<typeof loadConfig> {
  return loadConfig({ pool, admin: 'off', ...flags });
}

/** Whether the first of two rules leaves nothing to the second. */
function shadows(first: string, second: string): boolean {
  const { routes } = load({ route: [`${first} -> a`, `${second} -> b`] });
  return shadowsOf(routes)[1] !== undefined;
}

test('a route is never taken where all that it matches is taken before', () => {
  for (const [first, second] of [
    ['host=*.a.test', 'host=x.a.test'],
    ['host=*.a.test', 'host=*.x.a.test'],
    ['host=*.a.test path=/x/*', 'host=b.a.test path=/x/y/*'],
    ['path=/*', 'path=/x'],
    ['host=a,b', 'host=b path=/x'],
    ['path=/x/*', 'path=/x/y,/x'],
    ['path=~^/x', 'path=~^/x'],
    ['client=10.0.0.0/8', 'client=10.1.0.0/16,10.2.3.4'],
    ['header:X-A=*', 'header:x-a=1'],
    ['header:X-A=1,2', 'header:X-A=1 path=/y'],
    ['path!=/x', 'path!=/x/*'],
    ['header:X-A!=1', 'header:X-A!=*'],
    ['path=/x', 'path=/x internal'],
    ['', 'internal'],
  ] as const) {
    assert.equal(shadows(first, second), true, `${first} before ${second}`);
  }
});

test('a route is taken where something is left to it', () => {
  for (const [first, second] of [
    ['host=*.a.test', 'host=a.test'],
    ['host=*.a.test', 'host=ba.test'],
    ['path=/x/*', 'path=/xy'],
    ['path=~^/x', 'path=/x'],
    ['path=/x/*', 'path=~^/x/y'],
    ['client=10.1.0.0/16', 'client=10.0.0.0/8'],
    ['client=10.0.0.0/16', 'client=10.0.0.0/8'],
    ['client=::/0', 'client=10.0.0.1'],
    ['client=unix', 'client=10.0.0.1'],
    ['header:X-A=1', 'header:X-A=*'],
    ['header:X-A=1', 'header:X-B=1'],
    ['path!=/x/*', 'path!=/x'],
    ['header:X-A!=*', 'header:X-A!=1'],
    ['path!=/x', 'path=/y'],
    ['path=/x internal', 'path=/x'],
  ] as const) {
    assert.equal(shadows(first, second), false, `${first} before ${second}`);
  }
});

test('conditions that exclude each other are told from those that only narrow', () => {
  const against = (rule: string): boolean => contradicts(load({ route: [`${rule} -> a`] }).routes[0]!);
  assert.equal(against('path=/x/y path!=/x/*'), true);
  assert.equal(against('header:X-A=1 header:X-A!=*'), true);
  assert.equal(against('path=/x/* path!=/x/y'), false);
  assert.equal(against('host=a host!=b'), false);
});

test('check warns of routes and pools that get no request, and knows the ways besides routes', () => {
  assert.deepEqual(warnings(load({ route: ['path=/x path!=/* -> a', '-> b'] })), [
    'route 1, path /x, not paths below / -> a, is never taken: what it asks for in one condition it excludes in another',
    'the pool a gets no request: no route leads to it; add one, or leave the pool out',
    'the pool c gets no request: no route leads to it; add one, or leave the pool out',
  ]);
  assert.deepEqual(warnings(load({ route: ['-> a; reads b; mirror c 1%'] })), []);
  assert.deepEqual(warnings(load({ route: ['-> a'], fallback: 'b', 'reproxy-pools': 'c' })), []);
});

test('check warns of an internal route that no backend may name, and of shares of nothing', () => {
  const route = ['name=files internal path=/files/* -> b', '-> a; canary c 0%; mirror b 0%'];
  assert.deepEqual(warnings(load({ route })), [
    'route files is internal, and no backend may send a request there: add --accel-routes files',
    'route route-2: the canary c gets no request, for its share is 0%',
    'route route-2: b mirrors nothing, for its share is 0%',
  ]);
  assert.deepEqual(
    warnings(load({ route: [route[0]!, '-> a; canary c 0% header X-Canary'], 'accel-routes': 'files' })),
    [],
  );
});

test('the summary has every route in words, with its directives and without the values of fields', () => {
  const text = summary(
    load({
      route: [
        'host=*.a.test,~^x path!=/y/* header:X-A=* cookie:c!=1 query:q="" client!=unix -> a; reads b; read-your-writes 10s; canary c 5% by cookie:u header X-C; prefix /a /; set Authorization: Basic c2VjcmV0; response-remove Server; reverse off',
        'method!=GET path=/files/* internal name=files -> redirect 301 https://{host}/',
        'path=~^/z -> respond 503 later',
        'path=/t -> return 410',
      ],
      fallback: 'b',
      sticky: 'cookie:home',
      'accel-routes': 'files',
      forwarded: 'both',
    }),
  );
  for (const line of [
    '  host *.a.test or like ^x, not paths below /y/, with the header x-a, cookie c not 1, query q "", clients not on a unix socket -> a',
    '    reads b',
    '    read-your-writes 10s',
    '    canary c 5% by cookie:u header x-c',
    '    prefix /a /',
    '    set Authorization',
    '    response-remove Server',
    '    reverse off',
    '  not GET, paths below /files/, sent there by backends -> redirect 301 https://{host}/, named files',
    '  paths like ^/z -> respond 503',
    '  path /t -> return 410',
    '    while it has no endpoint that is up, b serves',
    '    a client stays with the endpoint it came to first, by the cookie home',
    '    X-Accel-Redirect may lead to files',
    '  backends are told of them by X-Forwarded-* and Forwarded',
  ]) {
    assert.ok(text.split('\n').includes(line), `${line}\nis missing in\n${text}`);
  }
  assert.doesNotMatch(text, /c2VjcmV0/);
});
