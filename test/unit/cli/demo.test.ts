import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { get as getSecurely } from 'node:https';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { DEMO_LINKS } from '../../../src/cli/demo-links.ts';
import { afterwards } from '../../support/afterwards.ts';
import { runCli, startCli } from './run-cli.ts';

async function text(url: string, headers: Record<string, string> = {}): Promise<string> {
  const [response] = (await once(get(url, { agent: false, headers }), 'response')) as [IncomingMessage];
  let body = '';
  for await (const chunk of response.setEncoding('utf8')) body += chunk;
  return body;
}

test('the demo says what to try, and its backends answer by their weights', async t => {
  const command = startCli(t, ['demo', '--listen', '127.0.0.1:0']);
  const [, url] = await command.printed(/curl (http:\/\/127\.0\.0\.1:\d+)\/ /);
  const answers: string[] = [];
  for (let i = 0; i < 6; i++) answers.push(/^Hello, this is (\w+)\./.exec(await text(`${url}/`))![1]!);
  assert.deepEqual(answers.sort(), ['apple', 'apple', 'apple', 'pear', 'pear', 'plum']);
  assert.match(await text(`${url}/echo`), /received:\n\nGET \/echo HTTP\/1\.1\n/);
  assert.match(await text(`${url}/nowhere`), /knows \/, \/slow, \/stream, \/echo/);
  command.child.kill('SIGINT');
  assert.equal((await command.ended()).status, 0);
});

test('every link of its first page leads somewhere, over every protocol', async t => {
  const command = startCli(t, ['demo', '--listen', '127.0.0.1:0']);
  const [, url] = await command.printed(/curl (http:\/\/127\.0\.0\.1:\d+)\/ /);
  const page = await text(`${url}/`, { Accept: 'text/html' });
  const links = [...page.matchAll(/<a href="([^"]+)">/g)].map(([, path]) => path!);
  assert.deepEqual(
    links,
    DEMO_LINKS.map(([path]) => path),
  );
  // These take their time, and have been asked for elsewhere.
  for (const path of links.filter(link => link !== '/slow' && link !== '/stream')) {
    const [response] = (await once(get(url + path, { agent: false }), 'response')) as [IncomingMessage];
    response.resume();
    assert.equal(response.statusCode, 200, path);
  }
  for (const name of ['fcgi', 'scgi', 'uwsgi']) {
    assert.match(await text(`${url}/${name}/`), new RegExp(`speaks ${name}\\.`));
    assert.match(await text(`${url}/${name}/variables?x=1`), /^QUERY_STRING=x=1$/m);
    assert.match(await text(`${url}/${name}/nowhere`), /^There is no \/nowhere here\.$/m);
  }
  const environment = await text(`${url}/cgi/variables/more?x=1`);
  assert.match(environment, /^SCRIPT_NAME=\/cgi\/variables$/m);
  assert.match(environment, /^PATH_INFO=\/more$/m);
  const [, folder] = /^SCRIPT_FILENAME=(.*)\/variables$/m.exec(environment)!;
  assert.equal(existsSync(folder!), true);
  command.child.kill('SIGTERM');
  await command.ended();
  assert.equal(existsSync(folder!), false);
});

test('the demo is what runs without arguments where the environment says so', async t => {
  const command = startCli(t, [], { SLUICE_DEFAULT_COMMAND: 'demo' });
  await command.printed(/Three HTTP servers/);
  const [, url] = await command.printed(/listening on (http:\/\/127\.0\.0\.1:\d+)/);
  assert.match(await text(`${url}/`), /^Hello, this is /);
  command.child.kill('SIGTERM');
  assert.equal((await command.ended()).status, 0);
});

test('a demo that cannot listen ends at once, with status 1', async t => {
  const { status, stdout, stderr } = await runCli(t, 'demo', '-l', 'unix:/nowhere/x');
  assert.deepEqual([status, stdout], [1, '']);
  assert.match(stderr, /^sluice: cannot listen on unix:\/nowhere\/x: its directory does not exist/);
});

test('with its usual port taken the demo listens elsewhere, and a signal cuts nothing', async t => {
  const taken = createServer().listen(8080, '127.0.0.1');
  // If the port is taken already, so much the better.
  await Promise.race([once(taken, 'listening'), once(taken, 'close')]).catch(() => {});
  afterwards(t, () => void taken.close());
  const command = startCli(t, ['demo']);
  const [, url] = await command.printed(/curl (http:\/\/127\.0\.0\.1:\d+)\/ /);
  const [response] = (await once(get(`${url}/stream`, { agent: false }), 'response')) as [IncomingMessage];
  command.child.kill('SIGTERM');
  await command.printed(/draining/);
  await new Promise<void>(resolve => {
    response.setEncoding('utf8').on('data', (text: string) => {
      if (text.includes('event 2 of 5')) resolve();
    });
  });
  response.destroy();
  assert.equal((await command.ended()).status, 0);
});

test('the demo speaks TLS as well', async t => {
  const command = startCli(t, ['demo', '--listen', '127.0.0.1:0']);
  const [, url] = await command.printed(/curl -k (https:\/\/127\.0\.0\.1:\d+)\/ /);
  const options = { agent: false, rejectUnauthorized: false };
  const [response] = (await once(getSecurely(`${url}/fcgi/variables`, options), 'response')) as [
    IncomingMessage,
  ];
  let told = '';
  for await (const chunk of response.setEncoding('utf8')) told += chunk;
  assert.match(told, /^HTTPS=on$/m);
  assert.match(told, /^SSL_PROTOCOL=TLSv1\.3$/m);
  command.child.kill('SIGTERM');
  assert.equal((await command.ended()).status, 0);
});

test('the demo does without TLS where that is asked for', async t => {
  const command = startCli(t, ['demo', '--listen', '127.0.0.1:0', '--no-tls']);
  await command.printed(/curl http:\/\/127\.0\.0\.1:\d+\/ /);
  command.child.kill('SIGTERM');
  assert.doesNotMatch((await command.ended()).stdout, /https/);
});
