import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { cgiFolder, processesOf } from '../support/cgi-scripts.ts';
import { connect, exchange, get } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { type ServeProcess, serve } from '../support/serve-process.ts';

/** A gateway with a program under way that ignores TERM, as does its child. */
async function serveStubborn(t: TestContext): Promise<{ folder: string; gateway: ServeProcess }> {
  const folder = cgiFolder(t, {
    stubborn: `trap '' TERM; (touch child; sleep 1000; sleep 1000) & touch started; sleep 1000; sleep 1000`,
  });
  const gateway = await serve(t, '--backend', `cgi://${folder}/`, '--access-log', 'off');
  const client = await connect(t, gateway.address);
  client.send(get('/stubborn'));
  await eventually('both run', () => existsSync(`${folder}/started`) && existsSync(`${folder}/child`));
  // They may run before the call that started them has returned; once there is another answer, it has.
  assert.equal((await exchange(t, gateway.address, get('/missing'))).status, 404);
  return { folder, gateway };
}

test('a gateway that is stopped at once leaves no program behind', async t => {
  const { folder, gateway } = await serveStubborn(t);
  gateway.kill('SIGTERM');
  await eventually('it drains', () => gateway.output.includes('draining'));
  gateway.kill('SIGTERM');
  assert.equal((await gateway.exited).code, 0);
  await eventually('nothing is left', () => processesOf(folder).length === 0);
});

test('a gateway that is killed leaves no program behind for long', async t => {
  const { folder, gateway } = await serveStubborn(t);
  gateway.kill('SIGKILL');
  assert.equal((await gateway.exited).signal, 'SIGKILL');
  await eventually('nothing is left', () => processesOf(folder).length === 0);
});
