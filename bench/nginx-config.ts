import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from './program.ts';

const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

/** Writes a configuration of one worker whose `http` block holds the given lines; tells how to start it. */
export function nginxCommand(folder: string, fileLimit: number, httpLines: readonly string[]): Command {
  const file = join(folder, 'nginx.conf');
  mkdirSync(join(folder, 'tmp'), { recursive: true });
  writeFileSync(file, nginxText(fileLimit, httpLines));
  return { file: 'nginx', args: ['-p', folder, '-c', file, '-e', 'stderr'] };
}

function nginxText(fileLimit: number, httpLines: readonly string[]): string {
  return `${[
    ...userLine(),
    'daemon off;',
    'worker_processes 1;',
    'pid nginx.pid;',
    'error_log stderr error;',
    `events { worker_connections ${fileLimit - 100}; }`,
    'http {',
    ...TEMPORARY.map(name => `${name}_temp_path tmp/${name};`),
    'keepalive_requests 1000000000;',
    'keepalive_timeout 1h;',
    ...httpLines,
    '}',
  ].join('\n')}\n`;
}

/** Without it a worker started by root could not enter a private folder; for others the line would be a warning. */
function userLine(): string[] {
  return process.getuid?.() === 0 ? ['user root;'] : [];
}
