import assert from 'node:assert/strict';
import { truncateSync, writeFileSync } from 'node:fs';
import { get as httpGet } from 'node:http';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { crc32, gunzipSync } from 'node:zlib';
import { connect, exchange, get, post } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway } from '../support/gateway.ts';
import { startNginx } from '../support/nginx.ts';
import { unlessInstalled } from '../support/program.ts';

const skip = unlessInstalled('nginx');
const MiB = 1_048_576;

async function behind(t: TestContext, server = '') {
  const nginx = await startNginx(t, server);
  const gateway = await startGateway(t, { backends: [nginx.url] });
  writeFileSync(join(nginx.root, 'hello.txt'), 'hello world\n'.repeat(100));
  return { nginx, gateway };
}

test('nginx sees one connection for requests that follow each other', { skip }, async t => {
  const { gateway } = await behind(t, 'location /n { return 200 $connection_requests; }');
  const client = await connect(t, gateway.address);
  for (let i = 1; i <= 20; i++) {
    client.send(get('/n'));
    assert.equal((await client.response()).text, String(i));
  }
});

test('nginx may end its connections after a few requests: no client notices', { skip }, async t => {
  const { gateway } = await behind(
    t,
    'keepalive_requests 3; location /n { return 200 $connection_requests; }',
  );
  const client = await connect(t, gateway.address);
  for (let i = 0; i < 30; i++) {
    client.send(i % 2 ? get('/n') : post('/n', 'abc'));
    const answer = await client.response();
    assert.equal(answer.status, 200);
    assert.equal(answer.text, String((i % 3) + 1));
  }
});

test('ranges of a file of nginx arrive as such', { skip }, async t => {
  const { gateway } = await behind(t);
  const part = await exchange(t, gateway.address, get('/hello.txt', 'Range: bytes=6-10'));
  assert.equal(part.status, 206);
  assert.equal(part.text, 'world');
  assert.equal(part.field('content-range'), 'bytes 6-10/1200');
  const parts = await exchange(t, gateway.address, get('/hello.txt', 'Range: bytes=0-4,6-10'));
  assert.match(parts.field('content-type')!, /^multipart\/byteranges/);
  const beyond = await exchange(t, gateway.address, get('/hello.txt', 'Range: bytes=5000-'));
  assert.equal(beyond.status, 416);
});

test('304 of nginx has no body, and the connection goes on', { skip }, async t => {
  const { gateway } = await behind(t);
  const client = await connect(t, gateway.address);
  client.send(get('/hello.txt'));
  const etag = (await client.response()).field('etag');
  for (let i = 0; i < 3; i++) {
    client.send(get('/hello.txt', `If-None-Match: ${etag}`));
    const answer = await client.response();
    assert.equal(answer.status, 304);
    assert.equal(answer.field('etag'), etag);
  }
});

test('what nginx has compressed arrives untouched', { skip }, async t => {
  const { gateway } = await behind(t, 'gzip on; gzip_types text/plain; gzip_min_length 1; gzip_proxied any;');
  const answer = await exchange(t, gateway.address, get('/hello.txt', 'Accept-Encoding: gzip'));
  assert.equal(answer.field('content-encoding'), 'gzip');
  assert.equal(answer.framing, 'chunked');
  assert.equal(gunzipSync(answer.body).toString(), 'hello world\n'.repeat(100));
});

test('HEAD of a file tells its length and sends none of it', { skip }, async t => {
  const { gateway } = await behind(t);
  const client = await connect(t, gateway.address);
  for (let i = 0; i < 3; i++) {
    client.send('HEAD /hello.txt HTTP/1.1\r\nHost: a\r\n\r\n');
    const answer = await client.response('HEAD');
    assert.equal(answer.field('content-length'), '1200');
  }
});

test('a body that nginx refuses early is answered by its 413', { skip }, async t => {
  const { gateway } = await behind(
    t,
    'client_max_body_size 1k; location /up { proxy_pass http://127.0.0.1:9; }',
  );
  const client = await connect(t, gateway.address);
  client.send(post('/up', 'x'.repeat(5_000_000)));
  const answer = await client.response();
  assert.equal(answer.status, 413);
  assert.match(answer.text, /nginx/);
});

test('1 GiB of a sparse file arrives whole', { skip }, async t => {
  const { nginx, gateway } = await behind(t);
  const path = join(nginx.root, 'large.bin');
  writeFileSync(path, 'start');
  truncateSync(path, 1_024 * MiB);
  const { bytes, checksum } = await download(`${gateway.address}/large.bin`);
  assert.equal(bytes, 1_024 * MiB);
  assert.equal(checksum, sparseChecksum('start', 1_024 * MiB));
});

test('a reload of nginx, seen as the close of all its connections, costs no request', { skip }, async t => {
  const { gateway } = await behind(t, 'keepalive_timeout 1ms; location /n { return 200 ok; }');
  for (let i = 0; i < 10; i++) {
    assert.equal((await exchange(t, gateway.address, get('/n'))).status, 200);
    await eventually('nothing is in flight', () => gateway.load().inFlight === 0);
  }
});

/** A digest would take longer than the download. */
function download(url: string): Promise<{ bytes: number; checksum: number }> {
  return new Promise((resolve, reject) => {
    httpGet(url, answer => {
      let checksum = 0;
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        checksum = crc32(chunk, checksum);
      });
      answer.on('end', () => resolve({ bytes, checksum }));
      answer.on('error', reject);
    }).on('error', reject);
  });
}

function sparseChecksum(start: string, size: number): number {
  let checksum = crc32(start);
  const zeros = Buffer.alloc(MiB);
  for (let left = size - start.length; left > 0; left -= zeros.length)
    checksum = crc32(zeros.subarray(0, Math.min(left, zeros.length)), checksum);
  return checksum;
}
