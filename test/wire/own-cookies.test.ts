import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Backend, okBackend } from '../support/backend.ts';
import { connect, exchange, get, post } from '../support/client.ts';
import { cookieOf, keyFile } from '../support/cookies.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';

interface Split {
  readonly gateway: RunningGateway;
  readonly primary: Backend;
  readonly replica: Backend;
  /** The cookie that a write brings. */
  readonly mark: string;
}

async function split(t: TestContext): Promise<Split> {
  const primary = await okBackend(t, 'primary');
  const replica = await okBackend(t, 'replica');
  const gateway = await startGateway(t, {
    cookieKeyFile: keyFile(t),
    pools: { db: [primary.url], copies: [replica.url] },
    routes: [{ pool: 'db', reads: 'copies', readYourWrites: 60_000 }],
  });
  const mark = cookieOf(await exchange(t, gateway.address, post('/', 'x')))!;
  return { gateway, primary, replica, mark };
}

async function sticky(t: TestContext): Promise<{ gateway: RunningGateway; backends: Backend[] }> {
  const backends = [await okBackend(t, 'a'), await okBackend(t, 'b')];
  const gateway = await startGateway(t, {
    cookieKeyFile: keyFile(t),
    backends: backends.map(({ url }, i) => `${url},name=${'ab'[i]}`),
    balance: 'round-robin',
    sticky: { cookie: 'own' },
  });
  return { gateway, backends };
}

test('a cookie of the gateway’s own leads the client, and no backend sees it', async t => {
  const { gateway, backends } = await sticky(t);
  const first = await exchange(t, gateway.address, get());
  assert.match(first.field('set-cookie')!, /^own=[\w-]{11}\.[\w-]{22}; Path=\/; HttpOnly; SameSite=Lax$/);
  for (let i = 0; i < 4; i++) {
    const answer = await exchange(t, gateway.address, get('/', `Cookie: a=1; ${cookieOf(first)}; b=2`));
    assert.equal(answer.text, first.text);
    assert.equal(answer.field('set-cookie'), undefined, 'it has it already');
  }
  const seen = backends.flatMap(({ requests }) => requests).flatMap(request => request.all('cookie'));
  assert.deepEqual(seen, Array(4).fill('a=1; b=2'));
});

for (const cookies of [
  ['a=b'],
  ['a=b;c=d ;  e'],
  ['own2=1; xown=2; OWN=3; own'],
  ['a="own=1"', 'b=\xff\xfe=', '='],
  ['a=1', 'b=2'],
  ['a=b=c; =; ; ;'],
]) {
  test(`cookies of others stay byte for byte: ${JSON.stringify(cookies)}`, async t => {
    const { gateway, backends } = await sticky(t);
    const lines = cookies.map(cookie => `COOKIE: ${cookie}`);
    await exchange(t, gateway.address, get('/', ...lines));
    const [request] = backends.flatMap(({ requests }) => requests);
    assert.deepEqual(
      request!.lines.filter(line => /^cookie/i.test(line)),
      lines,
    );
  });
}

test('a cookie that somebody made up is dropped, and leads nowhere', async t => {
  const { gateway, backends } = await sticky(t);
  const good = cookieOf(await exchange(t, gateway.address, get()))!;
  const value = good.slice('own='.length);
  for (const forged of [
    '',
    'b',
    '127.0.0.1:80',
    `${value}x`,
    value.slice(0, -1),
    `${value.slice(0, 11)}.${'A'.repeat(22)}`,
    `${'A'.repeat(11)}${value.slice(11)}`,
    value.split('.').reverse().join('.'),
    value.toLowerCase().toUpperCase(),
    `"${value}"`,
    'A'.repeat(4000),
  ]) {
    const before = backends.flatMap(({ requests }) => requests).length;
    const answer = await exchange(t, gateway.address, get('/', `Cookie: a=1; own=${forged}`));
    assert.equal(answer.status, 200);
    assert.notEqual(cookieOf(answer), undefined, `a new one instead of ${forged}`);
    const all = backends.flatMap(({ requests }) => requests);
    assert.equal(all.length, before + 1);
    assert.ok(all.every(request => request.all('cookie').every(cookie => cookie === 'a=1')));
  }
  assert.deepEqual(
    gateway.messages.filter(({ message }) => message.includes('session')),
    [],
    'that is nobody’s session',
  );
});

test('who has written reads where it wrote, and nobody else does', async t => {
  const { gateway, primary, replica, mark } = await split(t);
  assert.match(mark, /^sluice_wrote_[0-9a-f]{8}=[0-9a-z]+\.[\w-]{22}$/);
  assert.equal((await exchange(t, gateway.address, get())).text, 'replica');
  assert.equal((await exchange(t, gateway.address, get('/', `Cookie: ${mark}`))).text, 'primary');
  const [name = '', value = ''] = mark.split('=');
  const [until = '', signature = ''] = value.split('.');
  const later = (Number.parseInt(until, 36) + 1000).toString(36);
  for (const forged of [`${later}.${signature}`, `${until}.${'A'.repeat(22)}`, until, '', '1', 'yes'])
    assert.equal((await exchange(t, gateway.address, get('/', `Cookie: ${name}=${forged}`))).text, 'replica');
  const seen = [primary, replica].flatMap(({ requests }) => requests).flatMap(each => each.all('cookie'));
  assert.deepEqual(seen, [], 'no backend has seen any of them');
});

test('a mark and an endpoint’s cookie are taken and given together', async t => {
  const primary = await okBackend(t, 'primary');
  const replica = await okBackend(t, 'replica');
  const gateway = await startGateway(t, {
    cookieKeyFile: keyFile(t),
    sticky: { cookie: 'own' },
    pools: { db: [primary.url], copies: [replica.url] },
    routes: [{ pool: 'db', reads: 'copies', readYourWrites: 60_000 }],
  });
  const answer = await exchange(t, gateway.address, post('/', 'x', 'Cookie: a=1'));
  const cookies = answer.all('set-cookie').map(each => each.split(';')[0]);
  assert.equal(cookies.length, 2);
  await exchange(t, gateway.address, get('/', `Cookie: ${cookies.join('; ')}; a=1`));
  assert.deepEqual(
    primary.requests.map(request => request.field('cookie')),
    ['a=1', 'a=1'],
  );
});

test('a cookie is Secure for clients that came by TLS, as a trusted proxy says, and for nobody else', async t => {
  for (const [trustProxy, secure] of [
    [['127.0.0.0/8'], true],
    [[], false],
  ] as const) {
    const gateway = await startGateway(t, {
      cookieKeyFile: keyFile(t),
      trustProxy,
      backends: [(await okBackend(t)).url],
      sticky: { cookie: 'own' },
    });
    const answer = await exchange(t, gateway.address, get('/', 'X-Forwarded-Proto: https'));
    assert.equal(answer.field('set-cookie')!.endsWith('; SameSite=Lax; Secure'), secure);
  }
});

test('what a route changes in cookies comes after the gateway has taken its own', async t => {
  const origins = [await okBackend(t, 'a'), await okBackend(t, 'b')];
  const gateway = await startGateway(t, {
    cookieKeyFile: keyFile(t),
    backends: origins.map(({ url }) => url),
    balance: 'round-robin',
    sticky: { cookie: 'own' },
    routes: [{ rewrite: { request: { remove: ['Cookie'], set: [['X-Own', '<{cookie:own}>']], add: [] } } }],
  });
  const first = await exchange(t, gateway.address, get());
  for (let i = 0; i < 3; i++) {
    const answer = await exchange(t, gateway.address, get('/', `Cookie: ${cookieOf(first)}`));
    assert.equal(answer.text, first.text);
  }
  for (const { requests } of origins) for (const each of requests) assert.equal(each.field('x-own'), '<>');
});

test('requests on one connection are led each by its own cookies', async t => {
  const { gateway, mark } = await split(t);
  const client = await connect(t, gateway.address);
  for (const [request, text] of [
    [get('/', `Cookie: ${mark}`), 'primary'],
    [get('/'), 'replica'],
    [get('/', `Cookie: ${mark}`), 'primary'],
  ]) {
    client.send(request!);
    assert.equal((await client.response()).text, text);
  }
});
