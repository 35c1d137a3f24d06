import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { findCommand } from './debian.ts';
import { startServer } from './real-server.ts';
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
  await startServer(t, {
    name: 'nginx',
    file: findCommand('nginx')!,
    words: ['-p', folder, '-c', conf, '-e', join(folder, 'error.log')],
    place: { path: socket },
  });
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
