import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ErrorPage, ErrorPages } from '../../src/error-pages.ts';

function page(text: string, type = 'text/html', intercept = false): ErrorPage {
  return new ErrorPage(Buffer.from(text, 'latin1'), type, intercept);
}

function bodyOf(found: ErrorPage | null, status = 503): string {
  return found === null ? 'none' : Buffer.concat(found.body('id1', status)).toString('latin1');
}

test('of a text {id} and {status} are filled in wherever they stand, and nothing else is', () => {
  const text = '{id}{status} { id } {ID} {other} p{color:red} \xe9{status}{id';
  assert.equal(bodyOf(page(text)), 'id1503 { id } {ID} {other} p{color:red} \xe9503{id');
  assert.equal(bodyOf(page('{id}', 'application/json')), 'id1');
  assert.equal(bodyOf(page('{id}', 'application/problem+json')), 'id1');
});

test('what is no text is sent as it is, byte for byte', () => {
  assert.equal(bodyOf(page('\x89PNG{id}\0', 'image/png')), '\x89PNG{id}\0');
});

test('a page is in memory once, however many exchanges it is sent to', () => {
  const content = Buffer.alloc(100_000, 'x');
  const whole = new ErrorPage(Buffer.concat([content, Buffer.from('{id}'), content]), 'text/plain', false);
  const [first] = whole.body('a', 500);
  const [again] = whole.body('b', 500);
  assert.equal(first!.buffer, again!.buffer);
});

test('of several pages for a status the one that was added first counts', () => {
  const pages = new ErrorPages();
  pages.add(page('route'), 502, 504);
  pages.add(page('all', 'text/html', true), 400, 599);
  assert.deepEqual(
    [400, 501, 502, 504, 505, 599].map(status => bodyOf(pages.find(status, false))),
    ['all', 'all', 'route', 'route', 'all', 'all'],
  );
  assert.deepEqual(
    [501, 502].map(status => pages.intercepts(status)),
    [true, false],
  );
});

test('a client that prefers JSON gets a page of JSON or none, any other one a page of any kind', () => {
  const pages = new ErrorPages();
  pages.add(page('html'), 500, 502);
  pages.add(page('{}', 'application/json; charset=utf-8'), 502, 503);
  assert.deepEqual(
    [500, 502, 503].map(status => bodyOf(pages.find(status, true))),
    ['none', '{}', '{}'],
  );
  assert.deepEqual(
    [500, 502, 503].map(status => bodyOf(pages.find(status, false))),
    ['html', 'html', '{}'],
  );
});

test('statuses that are no failures have no page', () => {
  const pages = new ErrorPages();
  pages.add(page('x', 'text/html', true), 200, 999);
  for (const status of [0, 200, 399, 600, 999]) {
    assert.equal(pages.find(status, false), null);
    assert.equal(pages.intercepts(status), false);
  }
});
