import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { connect, exchange, get, post } from '../support/client.ts';
import type { Setting } from '../support/config.ts';
import { startGateway } from '../support/gateway.ts';
import { unlessInstalled } from '../support/program.ts';
import { makeUpload, posting } from '../support/upload.ts';
import { startUwsgi } from '../support/uwsgi.ts';

const skip = unlessInstalled('uwsgi', 'uwsgi-plugin-python3');

/** Starts a gateway in front of the application; `options` of the backend begin with a comma. */
type Start = (
  t: TestContext,
  options?: string,
  setting?: Partial<Setting>,
) => ReturnType<typeof startGateway>;

test('a WSGI application behind uWSGI', { skip }, async t => {
  const uwsgi = await startUwsgi(t);
  for (const protocol of ['scgi', 'fcgi', 'uwsgi'] as const) {
    const start: Start = (t, options = '', setting = {}) =>
      startGateway(t, { backends: [`${uwsgi[protocol]}${options}`], ...setting });
    for (const [title, claim] of CLAIMS) await t.test(`${title} over ${protocol}`, t => claim(t, start));
  }
});

const CLAIMS: readonly (readonly [string, (t: TestContext, start: Start) => Promise<void>])[] = [
  ['answers, and HEAD without a body,', answers],
  ['has its status and its repeated fields passed on', passesHeads],
  ['reads every body, be it empty, (76)', readsBodies],
  ['answers each of many posts, though it keeps no connection,', answersPosts],
  ['receives 5 MB of known length whole (57)', (t, start) => receives(t, start, false)],
  ['receives 5 MB of unknown length whole (57)', (t, start) => receives(t, start, true)],
  ['sends 20 MB that arrive whole', sends],
  ['has the whole path but for its mount (54)', hasItsPath],
  ['is shared by 20 clients though it has 2 workers', isShared],
];

async function answers(t: TestContext, start: Start): Promise<void> {
  const gateway = await start(t);
  const client = await connect(t, gateway.address);
  for (let i = 0; i < 20; i++) {
    client.send(get('/hello'));
    assert.equal((await client.response()).text, 'hello\n');
  }
  const head = await exchange(t, gateway.address, get('/hello').replace('GET', 'HEAD'));
  assert.equal(head.field('content-length'), '6');
  assert.equal(head.field('content-type'), 'text/plain');
}

async function passesHeads(t: TestContext, start: Start): Promise<void> {
  const gateway = await start(t);
  const created = await exchange(t, gateway.address, get('/cookies'));
  assert.equal(created.status, 201);
  assert.deepEqual(created.all('set-cookie'), ['a=1', 'b=2']);
  assert.equal((await exchange(t, gateway.address, get('/none'))).status, 404);
}

async function readsBodies(t: TestContext, start: Start): Promise<void> {
  const gateway = await start(t);
  const client = await connect(t, gateway.address);
  for (let i = 0; i < 100; i++) {
    const body = 'b'.repeat((i % 4) * 10_000);
    client.send(post('/echo', body, 'Content-Type: text/x-test'));
    const answer = await client.response();
    assert.equal(answer.status, 200, gateway.records.at(-1)?.detail);
    assert.ok(answer.text === body);
    assert.equal(answer.field('content-type'), 'text/x-test');
  }
}

async function answersPosts(t: TestContext, start: Start): Promise<void> {
  const gateway = await start(t);
  // Whether its connections last, the gateway learns from the first few.
  for (let i = 0; i < 3; i++) await exchange(t, gateway.address, get('/hello'));
  const visit = async () => {
    const client = await connect(t, gateway.address);
    for (let i = 0; i < 100; i++) {
      client.send(post('/echo', 'a'));
      assert.equal((await client.response()).status, 200, gateway.records.at(-1)?.detail);
    }
  };
  await Promise.all(Array.from({ length: 4 }, visit));
}

async function receives(t: TestContext, start: Start, chunked: boolean): Promise<void> {
  const gateway = await start(t);
  const upload = makeUpload(5_000_000);
  const answer = await fetch(`${gateway.address}/upload`, posting(upload, chunked));
  assert.deepEqual(await answer.json(), { length: 5_000_000, sha256: upload.sha256 });
}

async function sends(t: TestContext, start: Start): Promise<void> {
  const gateway = await start(t);
  const answer = await fetch(`${gateway.address}/download?count=20000000`);
  let length = 0;
  for await (const part of answer.body!) length += (part as Uint8Array).length;
  assert.equal(length, 20_000_000);
}

async function hasItsPath(t: TestContext, start: Start): Promise<void> {
  const gateway = await start(t);
  const whole = await variables(t, gateway.address, '/variables?a=b%20c');
  assert.equal(whole['SCRIPT_NAME'], '');
  assert.equal(whole['PATH_INFO'], '/variables');
  assert.equal(whole['QUERY_STRING'], 'a=b%20c');
  assert.equal(whole['REQUEST_URI'], '/variables?a=b%20c');
  assert.equal(whole['HTTP_HOST'], 'example.com');
  const mounted = await start(t, '', { mount: '/app' });
  const part = await variables(t, mounted.address, '/app/variables');
  assert.equal(part['SCRIPT_NAME'], '/app');
  assert.equal(part['PATH_INFO'], '/variables');
}

async function variables(t: TestContext, address: string, target: string): Promise<Record<string, string>> {
  return JSON.parse((await exchange(t, address, get(target))).text);
}

async function isShared(t: TestContext, start: Start): Promise<void> {
  for (const options of ['', ',max-conns=2']) {
    const gateway = await start(t, options);
    const visit = async () => (await fetch(`${gateway.address}/hello`)).text();
    const texts = await Promise.all(Array.from({ length: 20 }, visit));
    assert.deepEqual(new Set(texts), new Set(['hello\n']));
    assert.deepEqual(gateway.load(), { inFlight: 0, queued: 0 });
  }
}
