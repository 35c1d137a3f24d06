import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { cgiFolder, perl, processesOf } from '../support/cgi-scripts.ts';
import { connect, exchange, get } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway } from '../support/gateway.ts';

const PLAIN = 'echo "Content-Type: text/plain"; echo';

/** Shell: a child that ignores TERM and tells when it is ready for that. */
const STUBBORN_CHILD = `sh -c 'trap "" TERM; touch '$PWD'/child; sleep 1000 & wait; sleep 1000' &`;

test('a client that leaves ends the program and all that it started, TERM or not (77)', async t => {
  const folder = cgiFolder(t, {
    stubborn: `trap '' TERM; ${STUBBORN_CHILD} ${PLAIN}; touch started; sleep 1000; sleep 1000`,
  });
  const gateway = await startGateway(t, { backends: [`cgi://${folder}/`] });
  const client = await connect(t, gateway.address);
  client.send(get('/stubborn'));
  await client.head();
  await eventually('all of them run', () => existsSync(`${folder}/child`) && existsSync(`${folder}/started`));
  client.reset();
  await eventually('they are gone', () => processesOf(folder).length === 0);
  const [record] = await gateway.ended(1);
  assert.equal(record!.reason, 'client_gone');
  assert.equal(gateway.load().inFlight, 0);
});

test('a program is asked to end before it is killed, and so is what it started (77)', async t => {
  const folder = cgiFolder(t, {
    polite: `(trap 'touch child-told; exit 0' TERM; touch child; sleep 1000 & wait) &
      trap 'touch told; exit 0' TERM; touch started; sleep 1000 & wait`,
  });
  const gateway = await startGateway(t, { backends: [`cgi://${folder}/`] });
  const client = await connect(t, gateway.address);
  client.send(get('/polite'));
  await eventually('both run', () => existsSync(`${folder}/child`) && existsSync(`${folder}/started`));
  client.reset();
  await eventually(
    'both were told',
    () => existsSync(`${folder}/told`) && existsSync(`${folder}/child-told`),
  );
  await eventually('they are gone', () => processesOf(folder).length === 0);
});

test('a program that does not answer in time is ended, and the client gets 504 (77, 83)', async t => {
  const folder = cgiFolder(t, { slow: 'sleep 1000' });
  const gateway = await startGateway(t, { backends: [`cgi://${folder}/`], timeouts: { response: 300 } });
  const answer = await exchange(t, gateway.address, get('/slow'));
  assert.equal(answer.status, 504);
  await eventually('it is gone', () => processesOf(folder).length === 0);
});

test('a program that stops in the middle of its answer is ended, and the answer breaks off (18, 77)', async t => {
  const folder = cgiFolder(t, { stops: `${PLAIN}; echo part; sleep 1000` });
  const gateway = await startGateway(t, { backends: [`cgi://${folder}/`], timeouts: { idle: 300 } });
  const client = await connect(t, gateway.address);
  client.send(get('/stops'));
  await client.until('part\n');
  await client.closed();
  assert.doesNotMatch(await client.rest(), /\r\n0\r\n/);
  await eventually('it is gone', () => processesOf(folder).length === 0);
  assert.equal((await gateway.ended(1))[0]!.reason, 'connection_read_timeout');
});

test('what a program started and left behind may hold its output: the answer ends all the same (77)', async t => {
  const folder = cgiFolder(t, { leaves: `sleep 1000 & ${PLAIN}; echo done` });
  const gateway = await startGateway(t, { backends: [`cgi://${folder}/`] });
  assert.equal((await exchange(t, gateway.address, get('/leaves'))).text, 'done\n');
  await eventually('it is ended with its parent', () => processesOf(folder).length === 0);
  assert.match(JSON.stringify(gateway.messages), /holds its output/);
});

test('who still writes to the output after the program ended is heard to the end (77)', async t => {
  const folder = cgiFolder(t, {
    relay: perl(`
      print "Content-Type: text/plain\\n\\n";
      exit if fork;
      for my $i (1 .. 25) { select undef, undef, undef, 0.05; print "$i\\n"; }`),
  });
  const gateway = await startGateway(t, { backends: [`cgi://${folder}/`] });
  assert.equal((await exchange(t, gateway.address, get('/relay'))).text.split('\n').length, 26);
});

test('what a program starts with streams of its own goes on after the answer', async t => {
  const folder = cgiFolder(t, {
    job: `(while [ ! -e stop ]; do sleep 0.05; done; touch finished) </dev/null >/dev/null 2>&1 & ${PLAIN}; echo begun`,
  });
  const gateway = await startGateway(t, { backends: [`cgi://${folder}/`] });
  assert.equal((await exchange(t, gateway.address, get('/job'))).text, 'begun\n');
  writeFileSync(`${folder}/stop`, '');
  await eventually('the job is done', () => existsSync(`${folder}/finished`));
});

test('a client that reads slowly gets all of an answer whose program ended long ago', async t => {
  const folder = cgiFolder(t, { big: perl(`print "Content-Type: text/plain\\n\\n", "x" x 4_000_000;`) });
  const gateway = await startGateway(t, { backends: [`cgi://${folder}/`] });
  const client = await connect(t, gateway.address);
  client.pause().send(get('/big'));
  await eventually('the program waits or has ended', () => gateway.load().inFlight === 1);
  client.resume();
  assert.equal((await client.response()).body.length, 4_000_000);
});

test('no more programs run at once than max-conns, however many ask (78)', async t => {
  const folder = cgiFolder(t, {
    'one.pl': perl(`
      mkdir "running.$$"; my @all = glob "running.*";
      select undef, undef, undef, 0.1;
      rmdir "running.$$";
      print "Content-Type: text/plain\\n\\n", scalar @all;`),
  });
  const gateway = await startGateway(t, { backends: [`cgi://${folder}/`], maxConns: 3 });
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => exchange(t, gateway.address, get('/one.pl'))),
  );
  const counts = answers.map(answer => Number(answer.text));
  assert.ok(Math.max(...counts) <= 3, counts.join(' '));
  assert.ok(Math.max(...counts) > 1, 'they do run at once');
  assert.equal(gateway.load().inFlight, 0);
});

for (const [name, script, status, words] of [
  ['prints nothing and fails', 'exit 3', 502, /printed nothing; the program ended with status 3/],
  ['prints nothing', 'true', 502, /printed nothing; the program ended well/],
  ['is killed', 'kill -9 $$', 502, /printed nothing; the program was killed by SIGKILL/],
  [
    'ends inside its head',
    'echo "Content-Type: text/plain"; exit 1',
    502,
    /inside its head.*ended with status 1/,
  ],
  ['has a first line that names nobody', '#!/no/such/interpreter', 502, /cannot run .*interpreter.*ENOENT/],
] as const) {
  test(`a program that ${name} means ${status}, and the log says why (62)`, async t => {
    const folder = cgiFolder(t, { broken: script });
    const gateway = await startGateway(t, { backends: [`cgi://${folder}/`] });
    assert.equal((await exchange(t, gateway.address, get('/broken'))).status, status);
    const [record] = await gateway.ended(1);
    assert.match(record!.detail, words);
  });
}

test('a program that is killed in the middle of an answer without a length cuts it (18)', async t => {
  const folder = cgiFolder(t, { crash: `${PLAIN}; echo part; kill -SEGV $$` });
  const gateway = await startGateway(t, { backends: [`cgi://${folder}/`] });
  const client = await connect(t, gateway.address);
  client.send(get('/crash'));
  await client.closed();
  assert.doesNotMatch(await client.rest(), /\r\n0\r\n/);
  const [record] = await gateway.ended(1);
  assert.equal(record!.reason, 'http_response_incomplete');
  assert.match(record!.detail, /SIGSEGV/);
});

test('a status other than 0 does not spoil a whole answer, but is logged', async t => {
  const folder = cgiFolder(t, { grumpy: `${PLAIN}; echo fine; exit 7` });
  const gateway = await startGateway(t, { backends: [`cgi://${folder}/`] });
  const answer = await exchange(t, gateway.address, get('/grumpy'));
  assert.deepEqual([answer.status, answer.text], [200, 'fine\n']);
  assert.match(JSON.stringify(gateway.messages), /ended with status 7/);
});

test('a program that has closed its output has a little while to end by itself', async t => {
  const folder = cgiFolder(t, {
    tidy: `${PLAIN}; echo out; exec >&-; sleep 0.3; touch tidied`,
    stays: `${PLAIN}; echo out; exec >&-; trap 'touch told; exit' TERM; touch started; sleep 1000 & wait`,
  });
  const gateway = await startGateway(t, { backends: [`cgi://${folder}/`] });
  assert.equal((await exchange(t, gateway.address, get('/tidy'))).text, 'out\n');
  assert.ok(existsSync(`${folder}/tidied`));
  assert.equal((await exchange(t, gateway.address, get('/stays'))).text, 'out\n');
  await eventually('it is ended', () => processesOf(folder).length === 0);
  assert.ok(existsSync(`${folder}/told`));
});

test('a gateway that stops ends the programs', async t => {
  const folder = cgiFolder(t, { endless: `${PLAIN}; touch started; sleep 1000` });
  const gateway = await startGateway(t, { backends: [`cgi://${folder}/`] });
  const client = await connect(t, gateway.address);
  client.send(get('/endless'));
  await eventually('it runs', () => existsSync(`${folder}/started`));
  await gateway.gateway.stop();
  await eventually('it is gone', () => processesOf(folder).length === 0);
});
