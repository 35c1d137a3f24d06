import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { afterwards } from '../../support/afterwards.ts';
import { runCli, startCli } from './run-cli.ts';

async function text(url: string): Promise<string> {
  const [response] = (await once(get(url, { agent: false }), 'response')) as [IncomingMessage];
  let body = '';
  for await (const chunk of response.setEncoding('utf8')) body += chunk;
  return body;
}

test('the demo says what to try, and its backends answer by their weights', async t => {
  const command = startCli(t, ['demo', '--listen', '127.0.0.1:0']);
  const [, url] = await command.printed(/curl (http:\/\/127\.0\.0\.1:\d+)\/ /);
  const answers: string[] = [];
  for (let i = 0; i < 6; i++) answers.push((await text(`${url}/`)).split(' ').at(-1)!);
  assert.deepEqual(answers.sort(), ['apple.\n', 'apple.\n', 'apple.\n', 'pear.\n', 'pear.\n', 'plum.\n']);
  assert.match(await text(`${url}/echo`), /received:\n\nGET \/echo HTTP\/1\.1\n/);
  assert.match(await text(`${url}/nowhere`), /knows \/, \/slow, \/stream, \/echo/);
  command.child.kill('SIGINT');
  assert.equal((await command.ended()).status, 0);
});

test('the demo is what runs without arguments where the environment says so', async t => {
  const command = startCli(t, [], { SLUICE_DEFAULT_COMMAND: 'demo' });
  await command.printed(/Three backends/);
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
