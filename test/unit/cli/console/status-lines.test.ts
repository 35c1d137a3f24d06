import assert from 'node:assert/strict';
import { test } from 'node:test';
import { paperOf } from '../../../../src/cli/console/paper.ts';
import { printable } from '../../../../src/cli/console/printable.ts';
import type { NameStatus } from '../../../../src/cli/console/shapes.ts';
import { statusLines } from '../../../../src/cli/console/status-lines.ts';
import type { GatewayStatus } from '../../../../src/gateway-status.ts';
import { attempts, endpoint, exchanges, gateway, hold, pool, steady } from './statuses.ts';

const QUANTILES = { count: 1000, p50: 3.21, p90: 8, p99: 31.4, max: 120 };

const BUSY = gateway(
  [
    pool(
      'api',
      [
        endpoint('10.0.0.1:3000', {
          inFlight: 4,
          maxConns: 8,
          attempts: attempts({
            ended: 123_456,
            answerBytes: 50_000_000,
            rates: {
              ended: steady(400),
              errors: steady(0.5),
              requestBytes: steady(0),
              answerBytes: steady(0),
            },
            latency: { firstByte: QUANTILES },
          }),
        }),
        endpoint('10.0.0.2:3000', {
          state: 'ejected',
          why: 'connection refused',
          stateMs: 1200,
          fails: 3,
          restMs: 900,
          maxConns: 8,
          attempts: attempts({ ejections: 2 }),
        }),
        endpoint('spare:3000', { backup: true, weight: 2, ramp: 0.25, tunnels: 1 }),
      ],
      {
        held: true,
        hold: hold({ leftMs: 48_000, waiting: 130, bypass: ['/healthz'] }),
        breaker: { state: 'open', why: '62 % errors', stateMs: 3000, opened: 2 },
        changes: ['max-conns 8 (file: off)'],
        queued: 130,
        poolMaxConns: 64,
        inFlight: 4,
        exchanges: exchanges({
          ended: 123_000,
          retries: 1,
          errors: { queue_timeout: 12 },
          latency: { firstByte: QUANTILES, whole: null, queue: null },
        }),
      },
    ),
    pool('empty', [], { why: 'api.test does not resolve: SERVFAIL' }),
    pool('away', [], { fallback: { pool: 'reserve', active: true, exchanges: 12_300 } }),
    pool('back', [], { fallback: { pool: 'reserve', active: false, exchanges: 1 } }),
    pool('next', [], {
      copies: { inFlight: 7, most: 100, sent: 2000, answered: 1990, failed: 3, missed: 4, givenUp: 5 },
    }),
    pool('tiers', [endpoint('second:1', { tier: 1 }), endpoint('third:1', { tier: 2 })]),
  ],
  {
    draining: true,
    routes: [
      { name: 'route-1', pool: 'api', hold: null },
      { name: 'v1', pool: 'api', hold: hold({ phase: 'resuming', pace: 200, waiting: 1 }) },
    ],
    names: [
      {
        name: 'app.internal',
        kind: 'addresses',
        family: 0,
        state: 'stale',
        places: ['10.0.0.1', '10.0.0.2'],
        source: 'DNS',
        ttl: 30_000,
        unchangedFor: 7_200_000,
        triedBefore: 2000,
        nextIn: 28_000,
        reason: 'the name server does not answer',
        pools: ['api'],
      },
    ],
    applications: [
      { pool: 'empty', processes: [{ name: 'php-1', state: 'ready', pid: 77, restarts: 2, sinceMs: 9000 }] },
    ],
  } as Partial<GatewayStatus>,
);

function told(width: number): string[] {
  return statusLines(BUSY, { width, colour: false });
}

test('how often an endpoint has failed is said once', () => {
  const why = 'connection_refused: nobody listens there, 3 failures in a row';
  const ejected = gateway([pool('p', [endpoint('a', { state: 'ejected', why, fails: 3 })])]);
  const lines = statusLines(ejected, { width: 200, colour: false });
  assert.equal(lines.join('\n').split('failures in a row').length, 2);
});

test('all that is out of the ordinary is told, with since when and why', () => {
  const text = told(200).join('\n');
  for (const part of [
    'sluice, process 4242, up 1h',
    'draining',
    'http://127.0.0.1:8080 (3)',
    'route v1: resuming for 12s, at 200/s, 1 request waits',
    'pool api: least-conn, 2 of 3 endpoints up, 4/64 in flight, 130/1024 queued',
    'first byte p50 3.2ms p90 8.0ms p99 31ms max 120ms',
    '123k requests in all, in 0, out 0, 1 retry, 0 ejections, 12 queue_timeout',
    'held (an operator), for 12s, 48s left, then it resumes, 130 requests wait, /healthz passes',
    'circuit open for 3s, 62 % errors, opened 2 times',
    'differs from the file: max-conns 8 (file: off)',
    'connection refused, tried again in 900ms, 3 failures in a row',
    'weight 2, at 25 % of its weight, starting slowly, 1 tunnel',
    'spare:3000 (backup)',
    'no endpoints',
    'api.test does not resolve: SERVFAIL',
    'no endpoint: pool reserve stands in, 12.3k requests so far',
    'pool reserve has stood in for 1 request',
    "2000 copies of other pools' requests, 7/100 under way, 3 failed, 4 missed, 5 given up",
    'second:1 (spare)',
    'third:1 (spare 2)',
    'the name server does not answer, asked again in 28s',
    '10.0.0.1, 10.0.0.2',
  ]) {
    assert.ok(text.includes(part), `${part}\n${text}`);
  }
  assert.match(
    text,
    /10\.0\.0\.1:3000 +up +1m +4\/8 +0 +400 +0\.5 +3\.2ms +8\.0ms +31ms +123k +0 +47\.7M +0/,
  );
  assert.match(text, /10\.0\.0\.2:3000 +ejected +1s +0\/8/);
  assert.match(text, /php-1 +ready +9\.0s +77 +2/);
  assert.match(text, /app\.internal +stale +2 +2h +2s +30s +DNS/);
});

for (const width of [40, 60, 80, 120]) {
  test(`no line is longer than a terminal of ${width} columns`, () => {
    for (const line of told(width)) assert.ok(line.length <= width, `${line.length}: ${line}`);
  });
}

test('80 columns have room for state, since when, load, rates, slowest answers', () => {
  const title = told(80).find(line => line.includes('ENDPOINT'))!;
  for (const column of ['STATE', 'SINCE', 'BUSY', 'REQ/S', 'ERR/S', 'P50', 'P99']) {
    assert.ok(title.includes(column), title);
  }
});

test('there are colours in a terminal alone, and not where NO_COLOR or a dumb terminal says otherwise', () => {
  const terminal = { isTTY: true, columns: 100 };
  assert.deepEqual(paperOf(terminal, {}), { width: 100, colour: true });
  assert.equal(paperOf(terminal, { NO_COLOR: '1' }).colour, false);
  assert.equal(paperOf(terminal, { TERM: 'dumb' }).colour, false);
  assert.deepEqual(paperOf({ isTTY: false }, {}), { width: 80, colour: false });
  assert.deepEqual(paperOf({}, { COLUMNS: '132' }), { width: 132, colour: false });
  assert.ok(!told(80).join('').includes('\x1b'));
  assert.ok(statusLines(BUSY, { width: 80, colour: true }).join('').includes('\x1b[31m'));
});

test('a name that does not resolve has no time to live, and says when it is asked again', () => {
  const lost: NameStatus = {
    name: 'api.test',
    kind: 'addresses',
    family: 0,
    state: 'unresolved',
    places: [],
    source: '',
    ttl: 0,
    unchangedFor: null,
    triedBefore: 1000,
    nextIn: 3000,
    reason: 'no DNS server can be reached (127.0.0.1:1)',
    pools: ['api'],
  };
  const told = (name: NameStatus) =>
    statusLines(gateway([], { names: [name] }), { width: 120, colour: false }).join('\n');
  assert.match(told(lost), /api\.test +unresolved +0 +- +1s +-/);
  assert.ok(told(lost).includes('no DNS server can be reached (127.0.0.1:1), asked again in 3.0s'));
  assert.ok(told({ ...lost, nextIn: null }).includes('(127.0.0.1:1), is being asked'));
});

test('what a backend says cannot command a terminal', () => {
  const evil = gateway([
    pool('p', [endpoint('a', { state: 'down', why: 'answered \x1b]0;hi\x07\x9b2J\n' })]),
  ]);
  const text = statusLines(printable(evil), { width: 80, colour: false }).join('');
  assert.doesNotMatch(text, /[\0-\x1f\x7f-\x9f]/);
  assert.ok(text.includes('answered ?]0;hi??2J?'));
});

test('an endpoint whose certificate is not checked says so, even if all is well', () => {
  const pools = [pool('api', [endpoint('a', { tls: 'insecure' }), endpoint('b', { tls: 'verified' })])];
  const lines = statusLines(gateway(pools), { width: 120, colour: false }).join('\n');
  assert.equal(lines.match(/insecure: its certificate is not checked/g)?.length, 1);
});
