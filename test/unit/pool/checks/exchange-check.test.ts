import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { CheckConfig } from '../../../../src/config/config.ts';
import { CheckedFixture, type Sent } from './support.ts';

/** The one check of an endpoint that is under way. */
function checking(t: TestContext, check: Partial<CheckConfig> = {}): [CheckedFixture, Sent] {
  const f = new CheckedFixture(t, { backends: ['a'], check });
  f.pool.start();
  return [f, f.checkOf('a')];
}

test('the request says who asks, for what, and of whom', t => {
  const [, { request }] = checking(t);
  assert.deepEqual(
    [request.method, request.target, request.host, request.hasBody, request.script],
    ['GET', '/health', 'a:80', false, null],
  );
  assert.equal(request.fields, 'User-Agent: sluice-check\r\n');
});

test('method, path and host are those of the configuration', t => {
  const [, { request }] = checking(t, { method: 'HEAD', path: '/ready?deep=1', host: 'www.example.com' });
  assert.deepEqual(
    [request.method, request.target, request.host],
    ['HEAD', '/ready?deep=1', 'www.example.com'],
  );
});

for (const [status, wanted] of [
  [200, true],
  [299, true],
  [300, false],
  [404, true],
  [403, false],
  [500, false],
] as const) {
  test(`status ${status} ${wanted ? 'passes' : 'fails'} where 200-299 and 404 are wanted`, t => {
    const [f, check] = checking(t, {
      statuses: [
        [200, 299],
        [404, 404],
      ],
    });
    check.answer(status);
    assert.equal(f.stateOf('a'), wanted ? 'up' : 'down');
    assert.equal(f.wordsOf('a'), wanted ? `status ${status}` : `status ${status}, wanted 200-299, 404`);
  });
}

test('an application that answers with another page is taken to redirect', t => {
  const [f, check] = checking(t);
  check.receiver.localRedirect('/elsewhere');
  check.receiver.end([]);
  assert.equal(f.wordsOf('a'), 'status 302');
});

test('the body has to contain the text, wherever its parts end', t => {
  const [f, check] = checking(t, { body: 'all well' });
  check.answer(200, 'so far al', 'l wel', 'l, thanks');
  assert.equal(f.wordsOf('a'), 'status 200');
  assert.equal(f.stateOf('a'), 'up');
});

test('a body without the text fails, and the words say so', t => {
  const [f, check] = checking(t, { body: 'all well' });
  check.answer(200, 'all ', 'wel');
  assert.equal(f.stateOf('a'), 'down');
  assert.equal(f.wordsOf('a'), 'status 200, but the body did not contain "all well"');
});

test('nobody waits for the rest of a body once the text was there', t => {
  const [f, check] = checking(t, { body: 'all well' });
  check.receiver.head(200, '', '', undefined);
  check.receiver.data(Buffer.from('so far all w'));
  assert.equal(check.closedFor, undefined);
  check.receiver.data(Buffer.from('ell, and'));
  assert.equal(check.closedFor, 'checked');
  assert.equal(f.stateOf('a'), 'up');
});

test('a body without an end is judged by its first 64 KiB', t => {
  for (const [body, state] of [
    ['', 'up'],
    ['nowhere', 'down'],
  ] as const) {
    const [f, check] = checking(t, { body });
    check.receiver.head(200, '', '', undefined);
    for (let i = 0; i < 7; i++) check.receiver.data(Buffer.alloc(10_000, 'x'));
    assert.equal(check.closedFor, 'checked', 'it is not read on');
    assert.equal(f.stateOf('a'), state);
  }
});

test('the text may lie in the last bytes that are read, and not behind them', t => {
  const [f, check] = checking(t, { body: 'well' });
  check.receiver.head(200, '', '', undefined);
  check.receiver.data(Buffer.from(`${'x'.repeat(65_532)}well`));
  assert.equal(f.stateOf('a'), 'up');
  const [g, other] = checking(t, { body: 'well' });
  other.receiver.head(200, '', '', undefined);
  other.receiver.data(Buffer.from(`${'x'.repeat(65_533)}well`));
  assert.equal(g.stateOf('a'), 'down');
});

test('interim answers decide nothing', t => {
  const [f, check] = checking(t);
  check.receiver.interim(103, '');
  check.answer(500);
  assert.equal(f.wordsOf('a'), 'status 500, wanted 200-399');
});

test('an error is told in the words of whoever found it', t => {
  const [f, check] = checking(t);
  check.fail('http_protocol_error');
  assert.equal(f.wordsOf('a'), 'it is http_protocol_error');
  assert.equal(f.stateOf('a'), 'down');
});

test('what an application complains of during a check is logged', t => {
  const [f, check] = checking(t);
  check.receiver.diagnostic('disk full');
  assert.deepEqual(f.log.messages.at(-1)?.facts, {
    id: 'check',
    pool: 'p',
    endpoint: 'a',
    text: 'disk full',
  });
});
