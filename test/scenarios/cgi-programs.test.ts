import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { addScript, cgiFolder, perl } from '../support/cgi-scripts.ts';
import { connect, exchange, get, post, postChunked } from '../support/client.ts';
import { startGateway } from '../support/gateway.ts';

const PLAIN = 'echo "Content-Type: text/plain"; echo';
const HEAD = 'print "Content-Type: text/plain\\n\\n"';

test('a program sees the variables of the request, a PATH, and nothing of the gateway’s environment (56)', async t => {
  process.env['SLUICE_TEST_SECRET'] = 'not for programs';
  const folder = cgiFolder(t, { 'env.pl': perl(`${HEAD}; print "$_=$ENV{$_}\\n" for sort keys %ENV;`) });
  const gateway = await startGateway(t, { backends: [`cgi://${folder}/`] });
  const answer = await exchange(t, gateway.address, get('/env.pl/a%20b/c?x=%41', 'X-One: 1', 'Proxy: evil'));
  const variables = new Map(
    answer.text
      .trim()
      .split('\n')
      .map(line => [line.split('=')[0]!, line.replace(/^.*?=/, '')]),
  );
  const names = [...variables.keys()].filter(name => !/^(HTTP_|REMOTE_|SERVER_|REQUEST_|SCRIPT_)/.test(name));
  assert.deepEqual(names, [
    'CONTENT_LENGTH',
    'DOCUMENT_ROOT',
    'DOCUMENT_URI',
    'GATEWAY_INTERFACE',
    'PATH',
    'PATH_INFO',
    'PATH_TRANSLATED',
    'QUERY_STRING',
    'REDIRECT_STATUS',
  ]);
  assert.equal(variables.get('PATH'), '/usr/local/bin:/usr/bin:/bin');
  assert.equal(variables.get('SCRIPT_NAME'), '/env.pl');
  assert.equal(variables.get('SCRIPT_FILENAME'), `${folder}/env.pl`);
  assert.equal(variables.get('PATH_INFO'), '/a b/c');
  assert.equal(variables.get('QUERY_STRING'), 'x=%41');
  assert.equal(variables.get('HTTP_X_ONE'), '1');
  assert.equal(variables.has('HTTP_PROXY'), false);
  assert.doesNotMatch(answer.text, /not for programs/);
});

test('a program sees the password of a client only where the configuration says so (50)', async t => {
  const folder = cgiFolder(t, { who: `${PLAIN}; env | grep -c secret` });
  for (const [authorization, seen] of [
    ['auto', '0\n'],
    ['yes', '1\n'],
  ] as const) {
    const gateway = await startGateway(t, { backends: [`cgi://${folder}/`], authorization });
    const answer = await exchange(t, gateway.address, get('/who', 'Authorization: Basic secret'));
    assert.equal(answer.text, seen);
  }
});

test('a program works in the directory of its script, with three descriptors and no arguments (56)', async t => {
  const folder = cgiFolder(t, { 'sub/where': `${PLAIN}; pwd; echo "$# arguments"; readlink /proc/$$/fd/*` });
  const gateway = await startGateway(t, { backends: [`cgi://${folder}/`] });
  // A query without `=` is a command line by RFC 3875, 4.4, and has been a way into interpreters.
  const answer = await exchange(t, gateway.address, get('/sub/where?-s+-d'));
  const [directory, count, ...descriptors] = answer.text.trim().split('\n');
  assert.equal(directory, `${folder}/sub`);
  assert.equal(count, '0 arguments');
  // A shell keeps its script open, and what somebody left open in this process has turned into /dev/null.
  const open = descriptors.filter(file => file !== '/dev/null' && file !== `${folder}/sub/where`);
  assert.equal(open.length, 2, descriptors.join(' '));
});

test('a program gets its body to the last byte, and then the end (77)', async t => {
  const folder = cgiFolder(t, { count: `${PLAIN}; echo "$CONTENT_LENGTH announced, $(wc -c) read"` });
  const gateway = await startGateway(t, { backends: [`cgi://${folder}/`] });
  const body = 'x'.repeat(300_000);
  for (const request of [
    post('/count', body),
    postChunked('/count', [body.slice(0, 100_000), body.slice(100_000)]),
  ])
    assert.match((await exchange(t, gateway.address, request)).text, /^300000 announced, 300000 read/);
  assert.match((await exchange(t, gateway.address, get('/count'))).text, /^0 announced, 0 read/);
  assert.match((await exchange(t, gateway.address, post('/count', ''))).text, /^0 announced, 0 read/);
});

test('a program that writes before it reads, and more than any buffer holds, does not come to a standstill (73)', async t => {
  const folder = cgiFolder(t, {
    both: perl(`
      ${HEAD};
      print "o" x 3_000_000;
      my ($n, $part) = (0);
      while (my $read = read(STDIN, $part, 65536)) { $n += $read; print $part; }
      print "=$n";`),
  });
  const gateway = await startGateway(t, { backends: [`cgi://${folder}/`] });
  const body = Buffer.alloc(3_000_000, 'abcdefghij\n');
  const client = await connect(t, gateway.address);
  client.send(`POST /both HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n`).send(body);
  const answer = await client.response('POST');
  assert.equal(answer.body.length, 6_000_000 + '=3000000'.length);
  const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
  assert.equal(digest(answer.body.subarray(3_000_000, 6_000_000)), digest(body));
  assert.equal(answer.body.subarray(6_000_000).toString(), '=3000000');
});

test('a program need not read its input (26, 77)', async t => {
  const folder = cgiFolder(t, { deaf: `exec 0<&-; ${PLAIN}; echo done` });
  const gateway = await startGateway(t, { backends: [`cgi://${folder}/`] });
  const answer = await exchange(t, gateway.address, post('/deaf', 'x'.repeat(2_000_000)));
  assert.equal(answer.status, 200);
  assert.equal(answer.text, 'done\n');
});

test('what a program says on its error stream is logged line by line, and a flood of it holds nothing up (77)', async t => {
  const folder = cgiFolder(t, {
    flood: perl(`
      print STDERR "first\\n", "second: caf\\xc3\\xa9\\n", "\\n", "l" x 10000, "\\n";
      print STDERR "e" x 2_000_000, "\\n";
      print STDERR "many\\n" x 200_000;
      ${HEAD}; print "ok";`),
  });
  const gateway = await startGateway(t, { backends: [`cgi://${folder}/`] });
  assert.equal((await exchange(t, gateway.address, get('/flood'))).text, 'ok');
  const reports = gateway.messages.filter(({ message }) => message === 'the backend reports');
  const texts = reports.map(({ facts }) => String(facts['text']));
  assert.deepEqual(texts.slice(0, 2), ['first', 'second: café']);
  assert.match(texts[2]!, /^l{4096} \.\.$/);
  assert.ok(reports.length < 100, 'the log is not flooded');
  const [record] = await gateway.ended(1);
  assert.equal(reports[0]!.facts['id'], record!.id);
});

test('status, reason and fields are the program’s; hop-by-hop ones are not for clients (60, 61)', async t => {
  const folder = cgiFolder(t, {
    'made.pl': perl(
      `print "Status: 418 Short and stout\\nX-A: 1\\nx-a: 2\\nTransfer-Encoding: chunked\\n\\nteapot"`,
    ),
    'nph-made': `printf 'HTTP/1.1 404 Gone Away\\r\\nContent-Length: 3\\r\\n\\r\\nxyz and more'`,
    absolute: `echo "Location: http://example.org/there"; echo`,
  });
  const gateway = await startGateway(t, { backends: [`cgi://${folder}/`] });
  const made = await exchange(t, gateway.address, get('/made.pl'));
  assert.equal(made.startLine, 'HTTP/1.1 418 Short and stout');
  assert.deepEqual([made.all('x-a'), made.text], [['1', '2'], 'teapot']);
  const raw = await exchange(t, gateway.address, get('/nph-made'));
  assert.equal(raw.startLine, 'HTTP/1.1 404 Gone Away');
  assert.equal(raw.text, 'xyz');
  const redirect = await exchange(t, gateway.address, get('/absolute'));
  assert.deepEqual([redirect.status, redirect.field('location')], [302, 'http://example.org/there']);
});

test('a local redirect runs another program as GET, without the body (58, 59)', async t => {
  const folder = cgiFolder(t, {
    here: `cat >/dev/null; echo "Location: /there?x=1"; echo`,
    there: `${PLAIN}; echo "$REQUEST_METHOD $QUERY_STRING $CONTENT_LENGTH"`,
  });
  const gateway = await startGateway(t, { backends: [`cgi://${folder}/`] });
  const answer = await exchange(t, gateway.address, post('/here', 'body'));
  assert.equal(answer.text, 'GET x=1 0\n');
});

test('HEAD gets the head alone, though the program prints more (20)', async t => {
  const folder = cgiFolder(t, { long: perl(`${HEAD}; print "x" x 1_000_000;`) });
  const gateway = await startGateway(t, { backends: [`cgi://${folder}/`] });
  const client = await connect(t, gateway.address);
  client.send(get('/long').replace('GET', 'HEAD'));
  const answer = await client.response('HEAD');
  assert.deepEqual([answer.status, answer.body.length], [200, 0]);
  client.send(get('/long'));
  assert.equal((await client.response()).body.length, 1_000_000);
  assert.equal(client.pending.length, 0);
});

test('one program can stand for all paths: they are its PATH_INFO', async t => {
  const folder = cgiFolder(t, { 'app.sh': `${PLAIN}; echo "$SCRIPT_NAME $PATH_INFO $SCRIPT_FILENAME"; pwd` });
  const file = `${folder}/app.sh`;
  const gateway = await startGateway(t, { backends: [`cgi://${file}`] });
  assert.equal((await exchange(t, gateway.address, get('/a/b%20c'))).text, ` /a/b c ${file}\n${folder}\n`);
  const mounted = await startGateway(t, { backends: [`cgi://${file}`], mount: '/git' });
  assert.equal(
    (await exchange(t, mounted.address, get('/git/x.git'))).text,
    `/git /x.git ${file}\n${folder}\n`,
  );
});

test('with a document root the program is an interpreter: it is told the script and works where that lies', async t => {
  const folder = cgiFolder(t, {
    interpreter: `${PLAIN}; echo "$SCRIPT_FILENAME $SCRIPT_NAME $PATH_INFO"; pwd`,
  });
  const file = addScript(folder, 'site/sub/page.php', '<?php');
  const gateway = await startGateway(t, {
    backends: [`cgi://${folder}/interpreter`],
    site: { root: `${folder}/site`, index: ['index.php'] },
  });
  const answer = await exchange(t, gateway.address, get('/sub/page.php/info'));
  assert.equal(answer.text, `${file} /sub/page.php /info\n${folder}/site/sub\n`);
});

test('an environment cannot hold all bytes: a path that is not UTF-8 is refused, a field is transcribed', async t => {
  const folder = cgiFolder(t, {
    'env.pl': perl(`${HEAD}; print "$ENV{PATH_INFO}|$ENV{HTTP_X_NAME}|$ENV{HTTP_X_CITY}";`),
  });
  const gateway = await startGateway(t, { backends: [`cgi://${folder}/`] });
  const request = get('/env.pl/caf%C3%A9', 'X-Name: caf\xe9', 'X-City: Z\xc3\xbcrich');
  const answer = await exchange(t, gateway.address, Buffer.from(request, 'latin1'));
  assert.equal(answer.body.toString('utf8'), '/café|café|Zürich');
  const refused = await exchange(t, gateway.address, get('/env.pl/caf%E9'));
  assert.equal(refused.status, 400);
});
