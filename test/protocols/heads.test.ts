import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { connect, exchange, get } from '../support/client.ts';
import type { Dialect } from './dialect.ts';
import { DIALECTS, nothingLeft, serve } from './stage.ts';

const BODY = Buffer.from('hello world');

for (const dialect of DIALECTS) describe(dialect.name, () => heads(dialect));

function heads(dialect: Dialect): void {
  test('relays the answer to a HEAD without a body, and what follows it is not taken for one (20)', async t => {
    const { gateway } = await serve(t, dialect, ({ method }) => ({
      fields: [['X-Method', method]],
      body: BODY,
      bodiless: method === 'HEAD',
    }));
    const client = await connect(t, gateway.address);
    for (let i = 0; i < 2; i++) {
      client.send('HEAD / HTTP/1.1\r\nHost: a\r\n\r\n');
      assert.equal((await client.response('HEAD')).field('x-method'), 'HEAD');
      client.send(get());
      assert.equal((await client.response()).text, 'hello world');
    }
    await nothingLeft(gateway);
  });

  for (const [status, reason] of [
    [204, 'No Content'],
    [304, 'Not Modified'],
  ] as const) {
    test(`relays a ${status} without a body (19)`, async t => {
      const { gateway } = await serve(t, dialect, ({ target }) =>
        target === '/' ? { body: BODY } : { status, reason, fields: [['ETag', '"a"']], bodiless: true },
      );
      const client = await connect(t, gateway.address);
      for (let i = 0; i < 2; i++) {
        client.send(get('/bodiless'));
        const answer = await client.response();
        assert.deepEqual([answer.status, answer.field('etag')], [status, '"a"']);
        client.send(get());
        assert.equal((await client.response()).text, 'hello world');
      }
      await nothingLeft(gateway);
    });
  }

  test('relays large heads both ways', async t => {
    const long = 'a'.repeat(20_000);
    const fields = Array.from({ length: 100 }, (_, i): [string, string] => [`X-Field-${i}`, 'b'.repeat(300)]);
    const { gateway } = await serve(t, dialect, request => ({
      fields,
      body: Buffer.from(String(request.field('x-long') === long && request.target.length)),
    }));
    const answer = await exchange(t, gateway.address, get(`/?${'c'.repeat(4000)}`, `X-Long: ${long}`));
    assert.equal(answer.text, '4002');
    assert.deepEqual(
      answer.fields.filter(([name]) => name.startsWith('X-Field-')),
      fields,
    );
  });

  for (const location of ['/elsewhere', 'http://example.com/elsewhere']) {
    test(`leaves a redirect with a status to ${location} to the client (58)`, async t => {
      const { gateway } = await serve(t, dialect, () => ({
        status: 303,
        reason: 'See Other',
        fields: [['Location', location]],
      }));
      const answer = await exchange(t, gateway.address, get());
      assert.deepEqual([answer.status, answer.field('location')], [303, location]);
    });
  }

  test('relays every byte of a field beyond ASCII both ways (91)', async t => {
    const value = dialect.anyBytes ? 'caf\xe9 \xff\x80' : 'caf\xc3\xa9 \xe2\x82\xac';
    const { gateway } = await serve(t, dialect, request => ({
      fields: [['X-A', request.field('x-a') ?? '']],
    }));
    assert.equal((await exchange(t, gateway.address, get('/', `X-A: ${value}`))).field('x-a'), value);
  });
}
