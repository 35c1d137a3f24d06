import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tenths } from '../../../src/log/access-times.ts';
import { combinedLine } from '../../../src/log/combined-line.ts';
import { JsonLines } from '../../../src/log/json-line.ts';
import type { AccessRecord } from '../../../src/log/log.ts';
import { prettyLine, prettyMessage } from '../../../src/log/pretty-line.ts';
import { Timestamp } from '../../../src/log/timestamp.ts';
import { makeRecord } from './record.ts';

const timestamp = new Timestamp();

function json(record: AccessRecord, lines = new JsonLines(timestamp)): Record<string, unknown> {
  const line = lines.line(record);
  assert.ok(line.endsWith('}\n') && line.indexOf('\n') === line.length - 1, line);
  const { time, ...rest } = JSON.parse(line);
  assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  return rest;
}

function combined(record: AccessRecord): string {
  return combinedLine(record, timestamp).replace(/\[.*?\]/, '[time]');
}

function pretty(record: AccessRecord, colour = false): string {
  return prettyLine(record, timestamp, colour).replace(/\d\d:\d\d:\d\d\.\d{3}/, 'time');
}

test('a JSON line tells who, what, how much, from where and how long', () => {
  assert.deepEqual(json(makeRecord()), {
    level: 'info',
    id: 'a1',
    client: '192.0.2.7',
    method: 'GET',
    target: '/items?page=2',
    host: 'example.com',
    status: 200,
    in: 3,
    out: 49,
    backend: '10.0.0.5:3000',
    queue: 0,
    connect: 1.3,
    firstByte: 12.5,
    total: 20.1,
  });
});

test('a line names the route that matched, and the pool that it came to, where routes decide that', () => {
  const line = json(makeRecord({ routeName: 'api', poolName: 'next' }));
  assert.deepEqual([line['route'], line['pool']], ['api', 'next']);
  const answered = json(makeRecord({ routeName: 'closed', poolName: '', attempts: [] }));
  assert.deepEqual([answered['route'], answered['pool']], ['closed', undefined]);
  assert.match(
    pretty(makeRecord({ routeName: 'api', poolName: 'next' })),
    /example\.com.* {2}\[api > next\] {2}-> /,
  );
});

test('a JSON line lists the attempts if one failed, and says why the exchange did', () => {
  const refused = { endpoint: 'a:1', reason: 'connection_refused' };
  const failed = json(
    makeRecord({ status: 502, attempts: [refused], reason: 'connection_refused', detail: 'nobody "home"' }),
  );
  assert.deepEqual(failed['attempts'], [{ backend: 'a:1', reason: 'connection_refused' }]);
  assert.deepEqual([failed['reason'], failed['detail']], ['connection_refused', 'nobody "home"']);
  const saved = json(makeRecord({ attempts: [refused, { endpoint: 'b:1', reason: '' }] }));
  assert.deepEqual(saved['attempts'], [{ backend: 'a:1', reason: 'connection_refused' }, { backend: 'b:1' }]);
  assert.equal(saved['backend'], 'b:1');
  assert.equal(saved['reason'], undefined);
});

test('a JSON line leaves out the moments that never came', () => {
  const line = json(makeRecord({ attempts: [], grantedAt: 0, connectedAt: 0, firstByteAt: 0 }));
  assert.deepEqual(Object.keys(line).slice(-3), ['in', 'out', 'total']);
});

test('every byte that a client may send comes back out of a JSON line, and no control byte is written raw', () => {
  const bytes = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i)).join('');
  const record = makeRecord({
    target: bytes,
    host: bytes,
    client: bytes,
    method: bytes,
    id: bytes,
    detail: bytes,
    reason: 'x',
  });
  const line = json(record);
  for (const key of ['target', 'host', 'client', 'method', 'id', 'detail'])
    assert.equal(line[key], bytes, key);
  assert.doesNotMatch(new JsonLines(timestamp).line(record).slice(0, -1), /[\u0000-\u001f\u007f-\u009f]/);
});

test('a control byte alone is reason enough to escape', () => {
  for (const byte of ['\u0000', '\u001b', '\u007f', '\u009b']) {
    const line = new JsonLines(timestamp).line(makeRecord({ target: `/${byte}` }));
    assert.ok(line.includes(`/\\u00${byte.charCodeAt(0).toString(16).padStart(2, '0')}`), line);
  }
});

test('a text that repeats from line to line is written as the text that it is', () => {
  const lines = new JsonLines(timestamp);
  const hosts = ['', 'a', 'a', '"', '"', 'a', ''].map(host => json(makeRecord({ host }), lines)['host']);
  assert.deepEqual(hosts, ['', 'a', 'a', '"', '"', 'a', '']);
});

test('times have one decimal place, and are never negative', () => {
  const written = [0, 0.04, 0.05, 1, 12.34, 99.96, -3, 1e9 + 0.25].map(tenths);
  assert.deepEqual(written, ['0.0', '0.0', '0.1', '1.0', '12.3', '100.0', '0.0', '1000000000.3']);
});

test("a combined line is Apache's", () => {
  assert.equal(
    combined(makeRecord({ referer: 'http://ref/' })),
    '192.0.2.7 - - [time] "GET /items?page=2 HTTP/1.1" 200 49 "http://ref/" "curl/8.5.0"\n',
  );
});

test('a combined line has a dash for no bytes, no fields and no request', () => {
  const record = makeRecord({ method: '', target: '', status: 400, bytesOut: 0, userAgent: '' });
  assert.equal(combined(record), '192.0.2.7 - - [time] "-" 400 - "-" "-"\n');
});

test("a combined line escapes as Apache's does", () => {
  const line = combined(
    makeRecord({ target: '/"\\\n\r\t\v\b\u0000\u001b\u007f\u009b\u00e9', userAgent: '"' }),
  );
  assert.equal(
    line,
    '192.0.2.7 - - [time] "GET /\\"\\\\\\n\\r\\t\\v\\b\\x00\\x1b\\x7f\\x9b\\xe9 HTTP/1.1" 200 49 "-" "\\""\n',
  );
});

test('a line for people says in order when, what came of it, and who answered', () => {
  assert.equal(
    pretty(makeRecord()),
    'time 200 GET       20.1 ms      49 B  example.com/items?page=2  -> 10.0.0.5:3000\n',
  );
});

test('a line for people tells of failed attempts and of the reason, without control bytes', () => {
  const attempts = [
    { endpoint: 'a:1', reason: 'connection_refused' },
    { endpoint: 'b:1', reason: '503' },
  ];
  const record = makeRecord({ status: 503, target: '/\u001b[2J', attempts, reason: 'x', detail: 'y\u009bz' });
  assert.equal(
    pretty(record),
    'time 503 GET       20.1 ms      49 B  example.com/\\x1b[2J  -> a:1 (connection_refused), b:1 (503)  x: y\\x9bz\n',
  );
});

test('colour is there on demand only', () => {
  assert.match(pretty(makeRecord(), true), /\u001b\[32m200\u001b\[0m/);
  assert.match(pretty(makeRecord({ status: 502 }), true), /\u001b\[31m502\u001b\[0m/);
});

test('a message for people is followed by its facts; a stack keeps its lines', () => {
  const facts = { port: 80, name: 'a b', stack: 'Error: x\n    at y' };
  const text = prettyMessage('warn', 'odd\u0007', facts, timestamp, false);
  assert.match(text, /^[\d:.]{12} WARN {2}odd\\x07 port=80 name="a b" stack=\nError: x\n {4}at y\n$/);
});
