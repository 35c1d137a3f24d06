import assert from 'node:assert/strict';
import { test } from 'node:test';
import { environmentOf, listensItself } from '../../../src/supervisor/environment.ts';
import { spawnSetting } from './support.ts';

const SOCKET = { path: '/run/a.sock', port: 0 };
const PORT = { path: '', port: 4711 };

test('nothing of the gateway’s environment is passed on but path, language, time zone and home', t => {
  const before = { ...process.env };
  t.after(() => Object.assign(process.env, before));
  Object.assign(process.env, { TOKEN: 'secret', LANG: 'C.UTF-8', TZ: 'UTC', HOME: '/home/a' });
  const environment = environmentOf(spawnSetting({ protocol: 'http' }), undefined, SOCKET);
  assert.equal(environment['TOKEN'], undefined);
  assert.equal(environment['LANG'], 'C.UTF-8');
  assert.equal(environment['TZ'], 'UTC');
  assert.equal(environment['HOME'], '/home/a');
  assert.equal(environment['SOCKET'], '/run/a.sock');
  assert.equal('PORT' in environment, false);
});

test('an application of another user has that user’s home and name', () => {
  const account = { name: 'web', uid: 33, gid: 33, home: '/var/www' };
  const environment = environmentOf(spawnSetting({}), account, PORT);
  assert.deepEqual(
    [environment['HOME'], environment['USER'], environment['LOGNAME'], environment['PORT']],
    ['/var/www', 'web', 'web', '4711'],
  );
});

test('what is configured wins, with the place in it', () => {
  const environment = {
    PATH: '/opt/bin',
    LISTEN: 'unix:{socket}',
    PHP_FCGI_MAX_REQUESTS: '1000',
    TWICE: '{port} {port}',
  };
  const made = environmentOf(spawnSetting({ environment }), undefined, SOCKET);
  assert.equal(made['PATH'], '/opt/bin');
  assert.equal(made['LISTEN'], 'unix:/run/a.sock');
  assert.equal(made['PHP_FCGI_MAX_REQUESTS'], '1000');
  assert.equal(environmentOf(spawnSetting({ environment }), undefined, PORT)['TWICE'], '4711 4711');
});

test('only a FastCGI application that is not told where to listen inherits its socket', () => {
  assert.equal(listensItself(spawnSetting({ protocol: 'fcgi', command: ['php-cgi'] })), false);
  assert.equal(listensItself(spawnSetting({ protocol: 'fcgi', command: ['app', '--at={socket}'] })), true);
  assert.equal(listensItself(spawnSetting({ protocol: 'fcgi', environment: { AT: '{port}' } })), true);
  assert.equal(listensItself(spawnSetting({ protocol: 'scgi', command: ['app'] })), true);
});
