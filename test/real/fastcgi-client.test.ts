import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startPhpSite } from '../support/php-site.ts';
import { unlessInstalled } from '../support/program.ts';
import { runCli } from '../unit/cli/run-cli.ts';

const skip = unlessInstalled('php-fpm');

/** The body that `sluice probe` shows: what stands behind its last figure. */
function bodyIn(shown: string): string {
  return /\nbody: \d+ bytes\n\n([\s\S]*)\n$/.exec(shown)?.[1] ?? '';
}

for (const tcp of [false, true]) {
  const over = tcp ? 'TCP' : 'a unix socket';

  test(`PHP answers the gateway over ${over} as it answers an independent client`, { skip }, async t => {
    const { fpm, gateway } = await startPhpSite(t, { tcp });
    for (const path of ['/hello.php', '/missing.php', '/index.php?a=b%20c']) {
      const { status, stdout: shown, stderr } = await runCli(t, 'probe', fpm.url, path, '--root', fpm.root);
      assert.deepEqual([status, stderr], [0, '']);
      const answer = await fetch(gateway.address + path);
      assert.equal(Number(/^\d+/.exec(shown)![0]), answer.status, path);
      assert.equal(bodyIn(shown), await answer.text(), path);
      const type = /^Content-Type: (.*)$/im.exec(shown)![1];
      assert.equal(type, answer.headers.get('content-type'), path);
    }
  });
}
