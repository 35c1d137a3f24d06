import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { afterwards } from './afterwards.ts';
import { findCommand } from './debian.ts';
import { GUARD } from './peer.ts';
import { temporaryFolder } from './socket-path.ts';

/** A running nginx that serves a folder. */
export interface Nginx {
  /** As a backend URL. */
  readonly url: string;
  readonly root: string;
}

/** Starts nginx on a unix socket with a server block of the caller's; it is stopped after the test. */
export async function startNginx(t: TestContext, server: string): Promise<Nginx> {
  const folder = temporaryFolder(t);
  const socket = join(folder, 'nginx.sock');
  const conf = join(folder, 'nginx.conf');
  writeFileSync(conf, configuration(folder, socket, server));
  const child = spawn(findCommand('nginx')!, ['-p', folder, '-c', conf, '-e', join(folder, 'error.log')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', text => {
    said += text;
  });
  afterwards(t, () => stop(child));
  await listening(socket, () => (child.exitCode === null ? undefined : said));
  return { url: `http+unix://${socket}`, root: folder };
}

function configuration(folder: string, socket: string, server: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
daemon off;
master_process off;
pid ${folder}/nginx.pid;
events { worker_connections 1024; }
http {
  access_log off;
  ${temporary.map(name => `${name}_temp_path ${folder}/${name};`).join('\n  ')}
  server {
    listen unix:${socket};
    root ${folder};
    ${server}
  }
}`;
}

/** Resolves when a unix socket accepts; rejects if the program behind it has died, or never does. */
async function listening(path: string, died: () => string | undefined): Promise<void> {
  const deadline = performance.now() + 3 * GUARD;
  for (;;) {
    const socket = connect({ path });
    const accepted = await new Promise(resolve => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.destroy();
    if (accepted) return;
    const words = died();
    if (words !== undefined || performance.now() > deadline) throw new Error(`nginx did not start: ${words}`);
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
