import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { startCli } from './run-cli.ts';

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
