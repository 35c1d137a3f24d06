import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { afterwards } from '../support/afterwards.ts';
import { exchange, get } from '../support/client.ts';
import { startGateway } from '../support/gateway.ts';
import { startNginx } from '../support/nginx.ts';
import { unlessInstalled } from '../support/program.ts';
import { AROUND } from '../support/walk-arounds.ts';

/** How many of the ways around lead to what is closed: directly, and by a gateway that closes it. */
async function reached(t: TestContext, url: string): Promise<readonly [open: number, closed: number]> {
  const open = await startGateway(t, { backends: [url] });
  const refusal = { kind: 'respond', status: 403, body: '', type: 'text/plain' } as const;
  const closed = await startGateway(t, { backends: [url], routes: [{ path: '/admin/*', action: refusal }] });
  const count = async (address: string) => {
    let reached = 0;
    for (const target of AROUND) if ((await exchange(t, address, get(target))).text === 'secret') reached++;
    return reached;
  };
  return [await count(open.address), await count(closed.address)];
}

test('no way around a rule leads to a closed page of nginx (13)', {
  skip: unlessInstalled('nginx'),
}, async t => {
  const server = 'location /admin { return 200 secret; } location / { return 200 page; }';
  const [open, closed] = await reached(t, (await startNginx(t, server)).url);
  assert.ok(open > 20, `${open} of ${AROUND.length} lead there without a rule`);
  assert.equal(closed, 0);
});

test('no way around a rule leads to a closed page of an application that parses URLs (13)', async t => {
  const server = createServer((request, response) => {
    const path = URL.parse(request.url!, 'http://localhost')?.pathname ?? '/';
    const decoded = path.replace(/%[0-9a-f]{2}/gi, byte =>
      Buffer.from(byte.slice(1), 'hex').toString('latin1'),
    );
    response.end(/^\/admin(?:\/|$)/.test(decoded) ? 'secret' : 'page');
  });
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
  afterwards(t, () => server.close());
  const [open, closed] = await reached(t, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  assert.ok(open > 15, `${open} of ${AROUND.length} lead there without a rule`);
  assert.equal(closed, 0);
});
