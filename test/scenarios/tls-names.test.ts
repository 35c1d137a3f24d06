import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Authority } from '../support/certificates.ts';
import { exchange, get } from '../support/client.ts';
import { dnsServer } from '../support/dns-server.ts';
import { startGateway } from '../support/gateway.ts';
import { answerOk, tlsBackend } from '../support/tls-backend.ts';

/** A backend whose certificate is for one host, and name servers by which it is found. */
async function scene(t: TestContext, host: string) {
  const authority = new Authority(t);
  const { cert, key } = authority.issue({ name: host });
  const origin = await tlsBackend(t, { cert, key }, answerOk);
  const dns = await dnsServer(t);
  dns.has('app.test', ['127.0.0.1'], 0);
  dns.has('one.test', ['127.0.0.1'], 0);
  dns.says('_web._tcp.test', 'SRV', [{ type: 'SRV', data: `1 1 ${origin.port} one.test`, ttl: 0 }]);
  const start = (backend: string) =>
    startGateway(t, {
      backends: [`${backend},ca=${authority.certFile}`],
      resolver: { servers: [dns.place], timeout: 2000 },
    });
  return { origin, start };
}

for (const [expand, manner] of [
  ['addresses', 'stands for all its addresses'],
  ['no', 'is one endpoint'],
] as const) {
  test(`a name that ${manner} is verified and asked for, not the address that was found`, async t => {
    const { origin, start } = await scene(t, 'app.test');
    const gateway = await start(`https://app.test:${origin.port},expand=${expand}`);
    assert.equal((await exchange(t, gateway.address, get())).status, 200);
    assert.deepEqual(origin.names, ['app.test']);
  });
}

test('of SRV records the server that they name is verified and asked for', async t => {
  const { origin, start } = await scene(t, 'one.test');
  const gateway = await start('https://_web._tcp.test:0,expand=services,name=web');
  assert.equal((await exchange(t, gateway.address, get())).status, 200);
  assert.deepEqual(origin.names, ['one.test']);
});

test('a certificate for the address that was found, and not for the name, is refused', async t => {
  const { origin, start } = await scene(t, '127.0.0.1');
  const gateway = await start(`https://app.test:${origin.port},expand=addresses`);
  assert.equal((await exchange(t, gateway.address, get())).status, 502);
  const { detail } = (await gateway.ended(1))[0]!;
  assert.match(
    detail,
    /cannot trust app\.test:\d+ \(127\.0\.0\.1\): .* wanted app\.test, and it is for IP Address:127\.0\.0\.1/,
  );
});
