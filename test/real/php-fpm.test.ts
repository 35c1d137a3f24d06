import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exchange, get } from '../support/client.ts';
import { startPhpSite } from '../support/php-site.ts';
import { unlessInstalled } from '../support/program.ts';
import { makeUpload, posting } from '../support/upload.ts';

const skip = unlessInstalled('php-fpm');

for (const tcp of [false, true]) {
  const over = tcp ? 'over TCP' : 'over a unix socket';

  test(`PHP reads a form and the query ${over}`, { skip }, async t => {
    const { gateway } = await startPhpSite(t, { tcp });
    const body = new URLSearchParams([
      ['name', 'Ünder Score'],
      ['colours[]', 'red'],
      ['colours[]', 'blue'],
    ]);
    const answer = await fetch(`${gateway.address}/form.php?page=2&q=%26`, { method: 'POST', body });
    assert.equal(answer.headers.get('content-type'), 'application/json');
    assert.deepEqual(await answer.json(), {
      method: 'POST',
      get: { page: '2', q: '&' },
      post: { name: 'Ünder Score', colours: ['red', 'blue'] },
      files: [],
    });
  });

  test(`PHP receives files of a multipart form as they were ${over}`, { skip }, async t => {
    const { gateway } = await startPhpSite(t, { tcp });
    const upload = makeUpload(1_000_000);
    const form = new FormData();
    form.set('title', 'holiday');
    form.set('photo', new Blob([new Uint8Array(upload.bytes)], { type: 'image/png' }), 'beach.png');
    const answer = await fetch(`${gateway.address}/form.php`, { method: 'POST', body: form });
    const { post, files } = (await answer.json()) as { post: object; files: object };
    assert.deepEqual(post, { title: 'holiday' });
    const { sha256 } = upload;
    assert.deepEqual(files, { photo: { name: 'beach.png', type: 'image/png', size: 1_000_000, sha256 } });
  });

  for (const chunked of [false, true]) {
    const how = chunked ? 'of unknown length' : 'of known length';
    test(`PHP receives an upload of 5 MB ${how} whole, and is told its length ${over} (57)`, {
      skip,
    }, async t => {
      const { gateway } = await startPhpSite(t, { tcp });
      const upload = makeUpload(5_000_000);
      const answer = await fetch(`${gateway.address}/upload.php`, posting(upload, chunked));
      assert.equal(answer.status, 200);
      const { sha256 } = upload;
      assert.deepEqual(await answer.json(), { announced: 5_000_000, length: 5_000_000, sha256 });
    });
  }

  test(`a session of PHP lasts from one request to the next ${over}`, { skip }, async t => {
    const { gateway } = await startPhpSite(t, { tcp });
    const first = await fetch(`${gateway.address}/session.php`);
    const [cookie = ''] = first.headers.getSetCookie();
    assert.match(cookie, /^PHPSESSID=/);
    const headers = { cookie: cookie.split(';')[0]! };
    assert.equal(await first.text(), '1');
    for (const visits of ['2', '3'])
      assert.equal(await (await fetch(`${gateway.address}/session.php`, { headers })).text(), visits);
  });

  test(`a download of 20 MB that PHP writes arrives whole ${over}`, { skip }, async t => {
    const { gateway } = await startPhpSite(t, { tcp });
    const answer = await fetch(`${gateway.address}/bytes.php?count=20000000`);
    let length = 0;
    for await (const part of answer.body!) length += (part as Uint8Array).length;
    assert.equal(length, 20_000_000);
  });
}

test('HEAD tells the length that PHP states, and sends no body', { skip }, async t => {
  const { gateway } = await startPhpSite(t);
  const answer = await exchange(t, gateway.address, get('/hello.php').replace('GET', 'HEAD'));
  assert.equal(answer.status, 200);
  assert.equal(answer.field('content-length'), '6');
  const whole = await exchange(t, gateway.address, get('/hello.php'));
  assert.equal(whole.text, 'hello\n');
});

test('a status that PHP sets is the answer’s, and Location alone is 302 (58)', { skip }, async t => {
  const { gateway } = await startPhpSite(t);
  const missing = await exchange(t, gateway.address, get('/missing.php'));
  assert.equal(missing.status, 404);
  assert.equal(missing.text, 'no such article\n');
  const moved = await exchange(t, gateway.address, get('/moved.php'));
  assert.equal(moved.status, 302);
  assert.equal(moved.field('location'), 'https://elsewhere.example/new');
});

test('fields of 16 KB pass both ways, and repeated ones stay apart', { skip }, async t => {
  const { gateway } = await startPhpSite(t);
  const long = 'l'.repeat(16_000);
  const answer = await exchange(t, gateway.address, get('/fields.php', `X-Long: ${long}`));
  assert.equal(answer.text, '16000');
  assert.equal(answer.field('x-echo'), long);
  assert.deepEqual(answer.all('set-cookie'), ['a=1', 'b=2']);
});

test('PHP sees script, path information and request as CGI defines them (52, 54)', { skip }, async t => {
  const { gateway, fpm } = await startPhpSite(t);
  const answer = await exchange(t, gateway.address, get('/variables.php/a/b%20c?x=%2f'));
  const variables = JSON.parse(answer.text) as Record<string, string>;
  assert.equal(variables['SCRIPT_FILENAME'], `${fpm.root}/variables.php`);
  assert.equal(variables['SCRIPT_NAME'], '/variables.php');
  assert.equal(variables['PATH_INFO'], '/a/b c');
  assert.equal(variables['REQUEST_URI'], '/variables.php/a/b%20c?x=%2f');
  assert.equal(variables['QUERY_STRING'], 'x=%2f');
  assert.equal(variables['DOCUMENT_ROOT'], fpm.root);
  assert.equal(variables['HTTP_HOST'], 'example.com');
  assert.equal(variables['SERVER_NAME'], 'example.com');
  assert.equal(variables['REMOTE_ADDR'], '127.0.0.1');
});

test('PHP is not fooled by fields of the client, and learns who logged in (48, 49, 50)', {
  skip,
}, async t => {
  const { gateway } = await startPhpSite(t);
  const lines = [
    'Proxy: http://evil.example',
    'X_Real: no',
    'Content_Length: 7',
    'Cookie: a=1',
    'Cookie: b=2',
  ];
  const login = `Authorization: Basic ${btoa('ann:secret')}`;
  const answer = await exchange(t, gateway.address, get('/variables.php', ...lines, login));
  const variables = JSON.parse(answer.text) as Record<string, string>;
  assert.equal(variables['HTTP_PROXY'], undefined);
  assert.equal(variables['HTTP_X_REAL'], undefined);
  assert.equal(variables['HTTP_CONTENT_LENGTH'], undefined);
  assert.equal(variables['CONTENT_LENGTH'], '0');
  assert.equal(variables['HTTP_COOKIE'], 'a=1; b=2');
  assert.equal(variables['PHP_AUTH_USER'], 'ann');
});

test('what PHP says on its error stream stands in the log with the request’s id (69)', { skip }, async t => {
  const { gateway } = await startPhpSite(t);
  const answer = await exchange(t, gateway.address, get('/complain.php'));
  assert.equal(answer.text, 'sold\n');
  const [record] = await gateway.ended(1);
  const reports = gateway.messages.filter(({ message }) => message === 'the backend reports');
  const said = reports.map(({ facts }) => facts['text']).join('\n');
  assert.match(said, /the stock is low/);
  assert.match(said, /the stock is empty/);
  assert.ok(reports.every(({ facts }) => facts['id'] === record!.id));
});

test('an error that PHP dies of is its 500, with its words in the log', { skip }, async t => {
  const { gateway } = await startPhpSite(t);
  const answer = await exchange(t, gateway.address, get('/fatal.php'));
  assert.equal(answer.status, 500);
  await gateway.ended(1);
  assert.match(JSON.stringify(gateway.messages), /undefined function not_a_function/);
});

test('a script that PHP-FPM does not find is its 404, with the reason in the log', { skip }, async t => {
  const { gateway } = await startPhpSite(t, { options: ',docroot=/nowhere' });
  const answer = await exchange(t, gateway.address, get('/hello.php'));
  assert.equal(answer.status, 404);
  assert.equal(answer.text, 'File not found.\n');
  await gateway.ended(1);
  assert.match(JSON.stringify(gateway.messages), /Primary script unknown/);
});
