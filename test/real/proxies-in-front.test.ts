import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { connect as open } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import tls from 'node:tls';
import type { Config } from '../../src/config/config.ts';
import { afterwards } from '../support/afterwards.ts';
import { okBackend } from '../support/backend.ts';
import { Authority } from '../support/certificates.ts';
import { get, post } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway } from '../support/gateway.ts';
import { startHAProxy } from '../support/haproxy.ts';
import type { Message } from '../support/message.ts';
import { startNginx } from '../support/nginx.ts';
import { Peer } from '../support/peer.ts';
import { unlessInstalled } from '../support/program.ts';
import { freePlace } from '../support/real-server.ts';
import { temporaryFolder } from '../support/socket-path.ts';

const withHAProxy = { skip: unlessInstalled('haproxy') };
const withNginx = { skip: unlessInstalled('nginx') };

/** Where clients come from, so that they are told from the proxy, which is 127.0.0.1. */
const CLIENT = '127.0.0.42';

interface Terms {
  readonly proxyProtocol?: readonly string[];
  readonly trustProxy?: readonly string[];
  readonly forwarded?: Config['forwarded'];
  /** Where it listens; any port unless it is given. */
  readonly port?: number;
}

async function gatewayFor(t: TestContext, { proxyProtocol, port = 0, ...setting }: Terms) {
  const origin = await okBackend(t);
  const gateway = await startGateway(t, {
    backends: [origin.url],
    listen: [{ kind: 'tcp', host: '127.0.0.1', port, text: '127.0.0.1', proxyProtocol }],
    ...setting,
  });
  return { origin, gateway, place: gateway.address.slice('http://'.length) };
}

/** The answers to requests on one connection from the client's address. */
async function ask(t: TestContext, address: string, ...requests: string[]): Promise<Message[]> {
  const { port } = new URL(address);
  const socket = open({ host: '127.0.0.1', port: Number(port), localAddress: CLIENT, allowHalfOpen: true });
  const client = new Peer(socket);
  afterwards(t, () => client.close());
  const answers: Message[] = [];
  for (const request of requests) {
    client.send(request);
    answers.push(await client.response(request.split(' ')[0]));
  }
  return answers;
}

for (const [option, mode] of [
  ['send-proxy', 'http'],
  ['send-proxy', 'tcp'],
  ['send-proxy-v2', 'http'],
  ['send-proxy-v2', 'tcp'],
  ['send-proxy-v2 proxy-v2-options crc32c,unique-id', 'http'],
] as const) {
  test(
    `behind HAProxy in mode ${mode} with ${option} the client is the client, and can forge nothing (10)`,
    withHAProxy,
    async t => {
      const { origin, gateway, place } = await gatewayFor(t, { proxyProtocol: ['127.0.0.1'] });
      const lines = option.includes('unique-id') ? ['unique-id-format %[uuid]'] : [];
      const proxy = await startHAProxy(t, { mode, backend: `${place} ${option}`, lines });
      const forged = ['X-Forwarded-For: 6.6.6.6', 'Forwarded: for=6.6.6.6'];
      const answers = await ask(t, proxy.address, get('/1', ...forged), post('/2', 'body'), get('/3'));
      assert.deepEqual(
        answers.map(({ status }) => status),
        [200, 200, 200],
      );
      for (const request of origin.requests) {
        assert.deepEqual(request.all('x-forwarded-for'), [CLIENT]);
        assert.deepEqual(request.all('forwarded'), []);
      }
      for (const { client } of await gateway.ended(3)) assert.equal(client, CLIENT);
    },
  );
}

test(
  'behind HAProxy that ends TLS and says so by its PROXY header, a request is one by https (55)',
  withHAProxy,
  async t => {
    const { origin, place } = await gatewayFor(t, { proxyProtocol: ['127.0.0.1'] });
    const { cert, key } = new Authority(t).issue({ name: 'localhost' });
    const both = join(temporaryFolder(t), 'both.pem');
    writeFileSync(both, cert + key);
    const ssl = await freePlace();
    const lines = [`bind ${ssl.host}:${ssl.port} ssl crt ${both}`];
    const proxy = await startHAProxy(t, { mode: 'http', backend: `${place} send-proxy-v2-ssl`, lines });
    await ask(t, proxy.address, get());
    const secure = tls.connect({ ...ssl, rejectUnauthorized: false });
    afterwards(t, () => secure.destroy());
    const client = new Peer(secure);
    client.send(get());
    await client.response();
    assert.deepEqual(
      origin.requests.map(request => request.field('x-forwarded-proto')),
      ['http', 'https'],
    );
  },
);

for (const [what, options] of [
  ['by a connection without a word', 'send-proxy-v2 check inter 20ms no-check-send-proxy'],
  ['by LOCAL', 'send-proxy-v2 check inter 20ms check-send-proxy'],
] as const) {
  test(
    `HAProxy that checks ${what} finds the gateway well, and the log stays silent`,
    withHAProxy,
    async t => {
      const { host, port } = await freePlace();
      const proxy = await startHAProxy(t, { mode: 'http', backend: `${host}:${port} ${options}` });
      await eventually('it finds nobody there', () => proxy.server.said.includes('gateway is DOWN'));
      const { gateway } = await gatewayFor(t, { proxyProtocol: ['127.0.0.1'], port });
      await eventually('it has found it well', () => proxy.server.said.includes('gateway is UP'));
      const [answer] = await ask(t, proxy.address, get());
      assert.equal(answer!.status, 200);
      assert.equal(gateway.records.length, 1);
      assert.deepEqual(
        gateway.messages.filter(({ level }) => level !== 'info'),
        [],
      );
    },
  );
}

test(
  'behind HAProxy with forwardfor the client is found, and both ends of the chain are passed on (10)',
  withHAProxy,
  async t => {
    const { origin, gateway, place } = await gatewayFor(t, { trustProxy: ['127.0.0.1'] });
    const lines = ['option forwardfor', 'http-request set-header X-Forwarded-Proto https'];
    const proxy = await startHAProxy(t, { mode: 'http', backend: place, lines });
    await ask(t, proxy.address, get('/', 'X-Forwarded-For: 6.6.6.6'));
    assert.equal((await gateway.ended(1))[0]!.client, CLIENT);
    const [request] = origin.requests;
    assert.deepEqual(request!.all('x-forwarded-for'), [`6.6.6.6, ${CLIENT}, 127.0.0.1`]);
    assert.deepEqual(request!.all('x-forwarded-proto'), ['https']);
  },
);

test(
  'behind HAProxy with forwardfor a client that sends Forwarded gets into no other’s name (10)',
  withHAProxy,
  async t => {
    const { origin, gateway, place } = await gatewayFor(t, { trustProxy: ['127.0.0.1'], forwarded: 'both' });
    const proxy = await startHAProxy(t, { mode: 'http', backend: place, lines: ['option forwardfor'] });
    for (const forged of [
      'for=10.0.0.1',
      'for=127.0.0.1',
      'for=_hidden',
      'for=6.6.6.6',
      'for="',
      'for=6.6.6.6, for=127.0.0.1',
    ])
      await ask(t, proxy.address, get('/', `Forwarded: ${forged}`));
    for (const { client } of await gateway.ended(6)) assert.equal(client, CLIENT);
    for (const request of origin.requests) {
      const elements = `for=${CLIENT}, for=127.0.0.1;proto=http;host=example.com`;
      assert.deepEqual(request.all('forwarded'), [elements]);
    }
  },
);

test('behind HAProxy that sets Forwarded the client is found by that (10)', withHAProxy, async t => {
  const { origin, gateway, place } = await gatewayFor(t, { trustProxy: ['127.0.0.1'] });
  const lines = [
    'http-request del-header X-Forwarded-For',
    'http-request set-header Forwarded \'for="%[src]:%[src_port]";proto=https;host="%[req.hdr(host)]"\'',
  ];
  const proxy = await startHAProxy(t, { mode: 'http', backend: place, lines });
  await ask(t, proxy.address, get('/', 'Forwarded: for=6.6.6.6', 'X-Forwarded-For: 6.6.6.6'));
  assert.equal((await gateway.ended(1))[0]!.client, CLIENT);
  const [request] = origin.requests;
  assert.deepEqual(request!.all('x-forwarded-for'), [`${CLIENT}, 127.0.0.1`]);
  assert.deepEqual(request!.all('x-forwarded-proto'), ['https']);
});

test(
  'behind HAProxy that adds a Forwarded of its own a client that breaks another gains nothing (10)',
  withHAProxy,
  async t => {
    const { gateway, place } = await gatewayFor(t, { trustProxy: ['127.0.0.1'] });
    const lines = ['http-request add-header Forwarded \'for="%[src]:%[src_port]"\''];
    const proxy = await startHAProxy(t, { mode: 'http', backend: place, lines });
    for (const forged of ['for="', 'for=127.0.0.1', '"', 'for=6.6.6.6;for=6.6.6.6', 'for="\\'])
      await ask(t, proxy.address, get('/', `Forwarded: ${forged}`));
    for (const { client } of await gateway.ended(5)) assert.equal(client, CLIENT);
  },
);

test(
  'behind nginx the client, the scheme and the host are what it says, and not what the client says (10)',
  withNginx,
  async t => {
    const { origin, gateway, place } = await gatewayFor(t, { trustProxy: ['127.0.0.1'], forwarded: 'both' });
    const front = await freePlace();
    await startNginx(
      t,
      `listen ${front.host}:${front.port};
    location / {
      proxy_pass http://${place};
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto https;
      proxy_set_header X-Forwarded-Host $host;
      proxy_set_header Forwarded "";
    }`,
    );
    const forged = ['X-Forwarded-For: 10.0.0.1', 'X-Forwarded-Host: evil.example', 'Forwarded: for=6.6.6.6'];
    await ask(t, `http://${front.host}:${front.port}`, get('/', ...forged));
    assert.equal((await gateway.ended(1))[0]!.client, CLIENT);
    const [request] = origin.requests;
    assert.equal(request!.field('x-forwarded-for'), `10.0.0.1, ${CLIENT}, 127.0.0.1`);
    assert.equal(request!.field('x-forwarded-proto'), 'https');
    assert.equal(request!.field('x-forwarded-host'), 'example.com');
    assert.equal(
      request!.field('forwarded'),
      `for=10.0.0.1, for=${CLIENT};proto=https;host=example.com, for=127.0.0.1;proto=http;host="${place}"`,
    );
  },
);
