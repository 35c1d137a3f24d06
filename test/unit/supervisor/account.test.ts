import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Account, accountOf } from '../../../src/supervisor/account.ts';
import { temporaryFolder } from '../../support/socket-path.ts';
import { spawnSetting } from './support.ts';

const skip = process.getuid?.() === 0 ? false : 'only root may start processes of other users';

function look(t: TestContext, user: string, group: string): Account | undefined {
  const folder = temporaryFolder(t);
  const files = { passwd: join(folder, 'passwd'), group: join(folder, 'group') };
  writeFileSync(
    files.passwd,
    'root:x:0:0::/root:/bin/sh\nweb:x:33:34:Web, of all:/var/www:/bin/sh\n12:x:99:99::/:\n',
  );
  writeFileSync(files.group, 'root:x:0:\nshop:x:50:web\n');
  return accountOf(spawnSetting({ user, group }), files);
}

test('without user and group it is the gateway’s own account', t => {
  assert.equal(look(t, '', ''), undefined);
});

test('a user comes with the group and home of its own', { skip }, t => {
  assert.deepEqual(look(t, 'web', ''), { name: 'web', uid: 33, gid: 34, home: '/var/www' });
});

test('a group of its own goes over that of the user', { skip }, t => {
  assert.deepEqual(look(t, 'web', 'shop'), { name: 'web', uid: 33, gid: 50, home: '/var/www' });
  assert.equal(look(t, '', 'shop')!.gid, 50);
  assert.equal(look(t, '', 'shop')!.uid, 0);
});

test('numbers are looked up, and stand for themselves where nobody has them', { skip }, t => {
  assert.equal(look(t, '33', '')!.name, 'web');
  assert.equal(look(t, '12', '')!.uid, 99, 'a name that is a number is a name');
  assert.deepEqual(look(t, '1234', '50'), { name: '1234', uid: 1234, gid: 50, home: '/' });
});

test('who is not there is named with the file', t => {
  assert.throws(() => look(t, 'we', ''), /there is no user we in .*passwd; name one/);
  assert.throws(() => look(t, '', 'sho'), /there is no group sho in .*group; name one/);
  assert.throws(() => look(t, '1234', ''), /the user 1234 is not in .*give a group, too/);
});
