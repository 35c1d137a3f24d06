import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseWrkOutput } from '../../../bench/wrk-output.ts';

function printed({ p50 = '1.12ms', p99 = '3.40ms', extra = '' } = {}): string {
  return `Running 6s test @ http://127.0.0.1:8080/small
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.23ms  482.11us  12.01ms   88.50%
    Req/Sec    51.70k     2.01k   54.10k    75.00%
  Latency Distribution
     50%    ${p50}
     75%    1.31ms
     90%    1.61ms
     99%    ${p99}
  312000 requests in 6.05s, 58.11MB read
${extra}Requests/sec:  51570.25
Transfer/sec:      9.60MB
`;
}

test('a report gives the count, the time, the rate and the latencies in milliseconds', () => {
  assert.deepEqual(parseWrkOutput(printed()), {
    requests: 312000,
    seconds: 6.05,
    requestsPerSecond: 51570.25,
    p50: 1.12,
    p99: 3.4,
    errors: [],
    failures: 0,
  });
});

test('latencies are read in every unit that wrk prints', () => {
  const { p50, p99 } = parseWrkOutput(printed({ p50: '250.00us', p99: '1.50s' }));
  assert.equal(p50, 0.25);
  assert.equal(p99, 1500);
  assert.equal(parseWrkOutput(printed({ p99: '1.00m' })).p99, 60_000);
});

test('answers with an error status are an error', () => {
  const { errors } = parseWrkOutput(printed({ extra: '  Non-2xx or 3xx responses: 17\n' }));
  assert.deepEqual(errors, ['17 answers with an error status']);
});

test('each kind of socket error that happened is named, the others are not', () => {
  const extra = '  Socket errors: connect 0, read 4, write 0, timeout 2\n';
  assert.deepEqual(parseWrkOutput(printed({ extra })).errors, ['4 failed reads', '2 timeouts']);
});

test('failures of all kinds are added up', () => {
  const sockets = '  Socket errors: connect 1, read 4, write 0, timeout 2\n';
  const extra = `${sockets}  Non-2xx or 3xx responses: 17\n`;
  assert.equal(parseWrkOutput(printed({ extra })).failures, 24);
});

test('a run without one answer is an error', () => {
  const text = printed().replace('312000 requests', '0 requests');
  assert.deepEqual(parseWrkOutput(text).errors, ['no request was answered']);
});

test('anything but a report is refused with what was printed', () => {
  assert.throws(() => parseWrkOutput('unable to connect to 127.0.0.1:1'), /unable to connect to 127/);
  assert.throws(() => parseWrkOutput(''), /\(nothing\)/);
});
