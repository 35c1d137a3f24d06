import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { programPath } from './install.ts';
import { untilListening } from './port.ts';
import { Program } from './program.ts';

/** A running PHP-FPM. */
export interface PhpFpm {
  readonly program: Program;
  /** The unix socket on which it listens. */
  readonly socket: string;
  /** The document root, with `hello.php` in it. */
  readonly root: string;
}

let count = 0;

/** Starts a PHP-FPM with a fixed number of workers and the machine's php.ini, in a new folder below `parent`. */
export async function startPhpFpm(parent: string, workers: number): Promise<PhpFpm> {
  const folder = join(parent, `php-fpm-${++count}`);
  const root = join(folder, 'www');
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, 'hello.php'), '<?php echo "Hello, world!\\n";\n');
  const socket = join(folder, 'fpm.sock');
  const conf = join(folder, 'fpm.conf');
  writeFileSync(conf, configuration(socket, workers));
  const file = programPath('php-fpm') ?? 'php-fpm';
  const asRoot = isRoot() ? ['-R'] : [];
  const args = ['-F', '-O', ...asRoot, '-p', folder, '-y', conf];
  const program = new Program('php-fpm', { file, args }, { folder, core: 'load' });
  await untilListening(program, socket);
  return { program, socket, root };
}

function configuration(socket: string, workers: number): string {
  return `[global]
error_log = /proc/self/fd/2
log_level = warning
daemonize = no
[bench]
${isRoot() ? 'user = root\ngroup = root' : ''}
listen = ${socket}
listen.backlog = 4096
pm = static
pm.max_children = ${workers}
`;
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}
