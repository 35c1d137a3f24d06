import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Authority } from '../support/certificates.ts';
import { connect, exchange, get, post } from '../support/client.ts';
import { startGateway } from '../support/gateway.ts';
import { startHAProxy } from '../support/haproxy.ts';
import { startNginx } from '../support/nginx.ts';
import { unlessInstalled } from '../support/program.ts';
import { freePlace } from '../support/real-server.ts';
import { temporaryFolder } from '../support/socket-path.ts';

const withNginx = { skip: unlessInstalled('nginx') };
const withHAProxy = { skip: unlessInstalled('haproxy') };

const HOSTS = { name: 'localhost', hosts: ['localhost', '127.0.0.1'] };
const ECHO =
  'return 200 "$connection_requests $ssl_session_reused $ssl_server_name $ssl_client_verify $ssl_client_s_dn"';

/** An nginx that speaks TLS on a port, and what a gateway has to know to speak with it. */
async function tlsNginx(t: TestContext, lines = '', days = {}) {
  const authority = new Authority(t);
  const { certFile, keyFile } = authority.issue({ ...HOSTS, ...days });
  const { port } = await freePlace();
  await startNginx(
    t,
    `listen 127.0.0.1:${port} ssl;
     ssl_certificate ${certFile};
     ssl_certificate_key ${keyFile};
     ssl_session_cache shared:tls:1m;
     ${lines.replaceAll('$ISSUER', authority.certFile)}
     location / { ${ECHO}; }`,
  );
  return { authority, port, ca: authority.certFile };
}

test('nginx behind TLS sees one connection for requests that follow each other', withNginx, async t => {
  const { port, ca } = await tlsNginx(t);
  const gateway = await startGateway(t, { backends: [`https://localhost:${port},ca=${ca}`] });
  const client = await connect(t, gateway.address);
  for (let i = 1; i <= 5; i++) {
    client.send(i % 2 === 0 ? post('/', 'abc') : get());
    assert.equal((await client.response()).text, `${i} . localhost NONE `);
  }
});

for (const version of ['TLSv1.2', 'TLSv1.3']) {
  test(`nginx sees new connections resume a session, by ${version}`, withNginx, async t => {
    const { port, ca } = await tlsNginx(t, `ssl_protocols ${version};`);
    const gateway = await startGateway(t, {
      backends: [`https://localhost:${port},ca=${ca}`],
      keepalive: { connections: 0 },
    });
    const seen: string[] = [];
    for (let i = 0; i < 4; i++) seen.push((await exchange(t, gateway.address, get())).text.split(' ')[1]!);
    assert.deepEqual(seen, ['.', 'r', 'r', 'r']);
  });
}

test('nginx that wants certificates of clients sees that of the gateway', withNginx, async t => {
  const { authority, port, ca } = await tlsNginx(t, 'ssl_verify_client on; ssl_client_certificate $ISSUER;');
  const { certFile, keyFile } = authority.issue({ name: 'gateway.example' });
  const url = `https://localhost:${port},ca=${ca}`;
  const gateway = await startGateway(t, { backends: [`${url},cert=${certFile},key=${keyFile}`] });
  assert.equal((await exchange(t, gateway.address, get())).text, '1 . localhost SUCCESS CN=gateway.example');
  const without = await startGateway(t, { backends: [url] });
  assert.match((await exchange(t, without.address, get())).text, /No required SSL certificate was sent/);
});

test('nginx whose certificate has expired is passed over for one whose has not', withNginx, async t => {
  const { port, ca } = await tlsNginx(t);
  const old = await tlsNginx(t, '', { from: -9, to: -1 });
  const gateway = await startGateway(t, {
    backends: [`https://localhost:${old.port},ca=${old.ca}`, `https://localhost:${port},ca=${ca}`],
    balance: 'first',
  });
  assert.equal((await exchange(t, gateway.address, post('/', 'abc'))).status, 200);
  const [first] = (await gateway.ended(1))[0]!.attempts;
  assert.equal(first!.reason, 'tls_certificate_error');
});

/** A HAProxy that takes PROXY headers from the gateway, in the clear and inside of TLS, and answers what it was told. */
async function receivingHAProxy(t: TestContext) {
  const authority = new Authority(t);
  const { cert, key } = authority.issue(HOSTS);
  const pem = join(temporaryFolder(t), 'haproxy.pem');
  writeFileSync(pem, cert + key, { mode: 0o600 });
  const [plain, secure] = [await freePlace(), await freePlace()];
  await startHAProxy(t, {
    mode: 'http',
    backend: '127.0.0.1:9',
    lines: [
      `bind 127.0.0.1:${plain.port} accept-proxy`,
      `bind 127.0.0.1:${secure.port} accept-proxy ssl crt ${pem}`,
      'http-request return status 200 content-type text/plain lf-string "%[src]:%[src_port] %[dst]:%[dst_port] %[ssl_fc]"',
    ],
  });
  return {
    plain: `http://127.0.0.1:${plain.port}`,
    secure: `https://127.0.0.1:${secure.port},ca=${authority.certFile}`,
  };
}

for (const version of ['v1', 'v2'] as const) {
  test(
    `HAProxy reads a PROXY header ${version} of the gateway, before requests and before TLS`,
    withHAProxy,
    async t => {
      const { plain, secure } = await receivingHAProxy(t);
      for (const [url, tls] of [
        [plain, 0],
        [secure, 1],
      ] as const) {
        const gateway = await startGateway(t, { backends: [`${url},send-proxy=${version}`] });
        const { port } = new URL(gateway.address);
        for (let i = 0; i < 2; i++) {
          const client = await connect(t, gateway.address);
          client.send(get());
          const { text } = await client.response();
          assert.equal(text, `127.0.0.1:${client.socket.localPort} 127.0.0.1:${port} ${tls}`);
        }
      }
    },
  );
}
