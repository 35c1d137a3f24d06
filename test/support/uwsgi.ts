import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { findCommand } from './debian.ts';
import { startServer } from './real-server.ts';
import { temporaryFolder } from './socket-path.ts';

const APPLICATION = join(import.meta.dirname, '../real/apps/wsgi.py');

/** Backend URLs of one uWSGI that runs the application of `test/real/apps/wsgi.py`. */
export interface Uwsgi {
  readonly scgi: string;
  readonly fcgi: string;
  readonly uwsgi: string;
}

/** Starts uWSGI with two workers on three unix sockets, one for each protocol; it is stopped after the test. */
export async function startUwsgi(t: TestContext): Promise<Uwsgi> {
  const folder = temporaryFolder(t);
  const socket = (name: string) => join(folder, `${name}.sock`);
  const listening = ['--socket', socket('uwsgi'), '--scgi-socket', socket('scgi')];
  await startServer(t, {
    name: 'uWSGI',
    file: findCommand('uwsgi')!,
    words: [
      ...['--plugin', 'python3', '--wsgi-file', APPLICATION, '--need-app'],
      ...['--master', '--die-on-term', '--processes', '2', '--disable-logging', '--buffer-size', '32768'],
      ...listening,
      ...['--fastcgi-socket', socket('fcgi')],
    ],
    place: { path: socket('fcgi') },
    options: { cwd: folder },
  });
  return {
    scgi: `scgi+unix://${socket('scgi')}`,
    fcgi: `fcgi+unix://${socket('fcgi')}`,
    uwsgi: `uwsgi+unix://${socket('uwsgi')}`,
  };
}
