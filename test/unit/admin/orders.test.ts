// biome-ignore-all lint/suspicious/noThenProperty: it is a word of an order, never of a promise
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OrderError } from '../../../src/control.ts';
import type { GatewayStatus } from '../../../src/gateway-status.ts';
import { content, errorOf, orderBytes, startConsole, statusBytes } from './console.ts';
import type { Asked } from './control.ts';

/** Orders as they are sent, what the gateway is asked, and the answer. */
const CARRIED_OUT: readonly (readonly [name: string, input: object, asked: Asked, answer: object])[] = [
  [
    'hold',
    { target: 'web', for: '60s', then: 'fail', bypass: ['/healthz', '/x/*'] },
    ['hold', { target: 'web', for: 60_000, then: 'fail', bypass: ['/healthz', '/x/*'] }],
    { held: ['default'], warnings: [], left: null },
  ],
  ['resume', { pace: '90/m' }, ['resume', { pace: 1.5 }], { resumed: ['default'], waiting: 7 }],
  ['disable', { endpoint: 'web/a:1' }, ['disable', 'web/a:1'], {}],
  ['enable', { endpoint: 'a:1' }, ['enable', 'a:1'], {}],
  [
    'set',
    { target: 'web', settings: { 'max-conns': 8, balance: 'random' } },
    ['set', 'web', { 'max-conns': '8', balance: 'random' }],
    { changes: ['max-conns: 8, was no limit'] },
  ],
  [
    'add',
    { pool: 'web', backend: 'http://a:1,weight=2' },
    ['add', 'web', 'http://a:1,weight=2'],
    { endpoints: ['a:1'] },
  ],
  ['restart', { pool: 'app' }, ['restart', 'app'], {}],
  ['restart', {}, ['restart', undefined], {}],
  ['reload', {}, ['reload'], { changes: ['pool api: new'], deferred: [] }],
  ['upgrade', {}, ['upgrade'], { pid: 42 }],
  ['stop', {}, ['stop'], {}],
];

for (const [name, input, asked, expected] of CARRIED_OUT) {
  test(`an order reaches the gateway, and its answer comes back: ${name} ${JSON.stringify(input)}`, async t => {
    const console = await startConsole(t);
    const answer = await console.order(name, input);
    assert.equal(answer.status, 200);
    assert.deepEqual(console.control.asked, [asked]);
    assert.deepEqual(content(answer), expected);
  });
}

for (const [name, input, asked] of [
  ['hold', { target: 'web', wait: '5s' }, ['quiet', 'web', 5000]],
  ['drain', { endpoint: 'a:1', wait: '2m' }, ['drain', 'a:1', { wait: 120_000, tunnels: undefined }]],
  ['drain', { endpoint: 'a:1' }, ['drain', 'a:1', { wait: 0, tunnels: undefined }]],
  ['drain', { endpoint: 'a:1', tunnels: '5m' }, ['drain', 'a:1', { wait: 0, tunnels: 300_000 }]],
  ['remove', { endpoint: 'a:1', wait: '1s' }, ['remove', 'a:1', { wait: 1000, tunnels: undefined }]],
] as const) {
  test(`an order that waits is answered when the wait is over: ${name} ${JSON.stringify(input)}`, async t => {
    const console = await startConsole(t);
    const pending = console.order(name, input);
    while (console.control.waiting === 0) await new Promise(setImmediate);
    assert.deepEqual(console.control.asked.at(-1), asked);
    console.control.finish({ inFlight: 2, tunnels: 1 });
    const answer = content(await pending);
    const left = { inFlight: 2, tunnels: 1 };
    assert.deepEqual(answer, name === 'hold' ? { held: ['default'], warnings: [], left } : left);
  });
}

test('the status is what the gateway says, or that of one pool', async t => {
  const console = await startConsole(t);
  console.control.present = {
    uptime: 5,
    pools: [{ name: 'web' }, { name: 'api' }],
    applications: [{ pool: 'api', processes: [] }],
    names: [
      { name: 'web.test', pools: ['api', 'web'] },
      { name: 'api.test', pools: ['api'] },
    ],
  } as unknown as GatewayStatus;
  assert.deepEqual(content(await console.ask(statusBytes())), console.control.present);
  const one = statusBytes().replace('/status', '/status?pool=web');
  assert.deepEqual(content(await console.ask(one)), {
    uptime: 5,
    pools: [{ name: 'web' }],
    applications: [],
    names: [{ name: 'web.test', pools: ['api', 'web'] }],
  });
  const none = await console.ask(statusBytes().replace('/status', '/status?pool=wep'));
  assert.equal(none.status, 404);
  assert.equal(errorOf(none).message, 'there is no pool "wep"; the nearest is "web"');
});

/** Inputs that no order can be made of, and what the answer says of them. */
const MISTAKES: readonly (readonly [name: string, input: unknown, message: string])[] = [
  ['hold', { tarjet: 'web' }, 'unknown key "tarjet"; the nearest known one is "target"'],
  ['hold', { for: 60 }, 'for: expected a duration such as 250ms, 5s, 2m, 1h; got 60'],
  ['hold', { then: 'resum' }, 'then: expected one of resume, fail; got "resum", the nearest is resume'],
  ['hold', { bypass: ['healthz'] }, 'bypass.0: a path begins with "/"; got "healthz"'],
  ['resume', { pace: '200' }, 'pace: expected a pace such as 200/s or 90/m; got "200"'],
  ['drain', {}, 'endpoint: expected the name of an endpoint, or POOL/NAME; got nothing'],
  ['drain', { endpoint: 'a\nb' }, 'endpoint: expected the name of an endpoint, or POOL/NAME; got "a\\nb"'],
  [
    'set',
    { target: 'web', settings: {} },
    'settings: expected at least one setting such as "max-conns": "16"',
  ],
  [
    'set',
    { target: 'web', settings: { a: [] } },
    'settings: "a": expected a text as the flag is written; got a list',
  ],
  ['stop', [], 'expected an empty mapping; got a list'],
  ['stop', { now: true }, 'unknown key "now"; there is none to be given'],
  ['stop', '{"now":', 'the body is not JSON: Unexpected end of JSON input'],
  ['stop', '{"__proto__": {}}', 'unknown key "__proto__"; there is none to be given'],
];

for (const [name, input, message] of MISTAKES) {
  const text = typeof input === 'string' ? input : JSON.stringify(input);
  test(`a mistake is answered in words, and nothing is asked of the gateway: ${name} ${text}`, async t => {
    const console = await startConsole(t);
    const answer = await console.order(name, input);
    assert.equal(answer.status, 400);
    assert.deepEqual(errorOf(answer), { kind: 'invalid', message });
    assert.deepEqual(console.control.asked, []);
  });
}

for (const [kind, status] of [
  ['unknown', 404],
  ['refused', 409],
  ['invalid', 400],
] as const) {
  test(`what the gateway says to an order is answered ${status} if it is ${kind}`, async t => {
    const console = await startConsole(t);
    console.control.fault = new OrderError(kind, 'there is no endpoint b:1');
    const answer = await console.order('enable', { endpoint: 'b:1' });
    assert.equal(answer.status, status);
    assert.deepEqual(errorOf(answer), { kind, message: 'there is no endpoint b:1' });
  });
}

test('a defect is answered 500 without its words, which the log has', async t => {
  const console = await startConsole(t);
  console.control.fault = new TypeError('cannot read secrets of undefined');
  const answer = await console.order('reload');
  assert.equal(answer.status, 500);
  assert.equal(errorOf(answer).kind, 'defect');
  assert.ok(!answer.body.includes('secrets'));
  const logged = console.log.messages.find(({ level }) => level === 'error');
  assert.match(String(logged?.facts['stack']), /secrets/);
  assert.equal((await console.ask(statusBytes())).status, 500);
});

test('paths and methods that there are not are named', async t => {
  const console = await startConsole(t);
  const path = await console.ask(orderBytes('rezume', {}));
  assert.equal(path.status, 404);
  assert.equal(errorOf(path).message, 'unknown path "/v1/rezume"; the nearest known one is "/v1/resume"');
  const method = await console.ask(statusBytes().replace('GET', 'DELETE'));
  assert.equal(method.status, 405);
  assert.equal(method.field('allow'), 'GET');
  const twice = await console.ask(statusBytes().replace('/status', '/status?pool=a&pool=b'));
  assert.equal(twice.status, 400);
});
