import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { findCommand } from './debian.ts';
import { freePlace, type Place, type RealServer, startServer } from './real-server.ts';
import { temporaryFolder } from './socket-path.ts';

const PAGES = join(import.meta.dirname, '../real/apps/php');

/** What a test wants of its PHP-FPM. */
export interface PhpFpmSetting {
  readonly workers?: number;
  /** A unix socket unless told otherwise. */
  readonly tcp?: boolean;
  /** How many requests a worker serves before it ends. */
  readonly maxRequests?: number;
  /** Whether it answers to `/ping` by `pong`, and to `/status`. */
  readonly ping?: boolean;
}

/** A PHP-FPM of the test's own. */
export class PhpFpm {
  /** As a backend URL. */
  readonly url: string;
  /** The document root: a copy of the pages of `test/real/apps/php`. */
  readonly root: string;
  readonly #server: RealServer;

  constructor(url: string, root: string, server: RealServer) {
    this.url = url;
    this.root = root;
    this.#server = server;
  }

  /** What it has logged so far. */
  get log(): string {
    return this.#server.said;
  }

  /** Lets workers finish what they do, and starts new ones with the configuration read again. */
  reload(): void {
    this.#server.signal('SIGUSR2');
  }
}

/** Starts a PHP-FPM with a fixed number of workers, without the machine's php.ini; it is stopped after the test. */
export async function startPhpFpm(t: TestContext, setting: PhpFpmSetting = {}): Promise<PhpFpm> {
  const folder = temporaryFolder(t);
  const root = join(folder, 'www');
  cpSync(PAGES, root, { recursive: true });
  const place: Place = setting.tcp ? await freePlace() : { path: join(folder, 'fpm.sock') };
  const conf = join(folder, 'fpm.conf');
  writeFileSync(conf, configuration(folder, place, setting));
  // Root is asked to say that it wants workers of its own; others are not known that flag by all versions.
  const asRoot = isRoot() ? ['-R'] : [];
  const server = await startServer(t, {
    name: 'PHP-FPM',
    file: findCommand('php-fpm')!,
    words: ['-n', '-F', '-O', ...asRoot, '-p', folder, '-y', conf],
    place,
  });
  const url = 'path' in place ? `fcgi+unix://${place.path}` : `fcgi://${place.host}:${place.port}`;
  return new PhpFpm(url, root, server);
}

function configuration(folder: string, place: Place, setting: PhpFpmSetting): string {
  return `[global]
error_log = ${folder}/fpm.log
daemonize = no
process_control_timeout = 10s
[test]
${isRoot() ? 'user = root\ngroup = root' : ''}
listen = ${'path' in place ? place.path : `${place.host}:${place.port}`}
pm = static
pm.max_children = ${setting.workers ?? 2}
pm.max_requests = ${setting.maxRequests ?? 0}
${setting.ping ? 'ping.path = /ping\npm.status_path = /status' : ''}
php_admin_value[session.save_path] = ${folder}
php_admin_value[upload_tmp_dir] = ${folder}
php_admin_value[upload_max_filesize] = 64M
php_admin_value[post_max_size] = 64M
php_admin_value[output_buffering] = 0
php_admin_flag[log_errors] = on
php_admin_flag[display_errors] = off
`;
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}
