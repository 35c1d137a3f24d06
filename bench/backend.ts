import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nginxCommand } from './nginx-config.ts';
import { freePort, untilListening } from './port.ts';
import { Program } from './program.ts';

/** What the backend serves: the length of the answer by path. */
export const BODIES: Readonly<Record<string, number>> = {
  '/small': 49,
  '/10k': 10 * 1024,
  '/1m': 1024 * 1024,
  '/upload': 3,
};

const SMALL_TEXT = 'x'.repeat(BODIES['/small']!);

/** A running backend. */
export interface Backend {
  readonly program: Program;
  readonly port: number;
}

/** Starts an nginx that answers with small and larger bodies and takes uploads. */
export async function startBackend(parent: string, fileLimit: number): Promise<Backend> {
  const folder = join(parent, 'backend');
  mkdirSync(join(folder, 'www'), { recursive: true });
  for (const path of ['/10k', '/1m']) {
    writeFileSync(join(folder, 'www', path), Buffer.alloc(BODIES[path]!, 'x'));
  }
  writeFileSync(join(folder, 'www', 'upload'), '');
  const port = await freePort();
  const command = nginxCommand(folder, fileLimit, backendLines(port));
  const program = new Program('backend', command, { folder, core: 'load' });
  await untilListening(program, port);
  return { program, port };
}

/**
 * The upload is read to its end before it is answered: mirroring it wants it whole, the refusal of POST by static
 * files (of one that is there) comes after that, and is then turned into an answer.
 */
function backendLines(port: number): string[] {
  return [
    'access_log off;',
    'default_type text/plain;',
    'sendfile on;',
    'open_file_cache max=16 inactive=1h;',
    'open_file_cache_valid 1h;',
    'client_body_buffer_size 128k;',
    'server {',
    `listen 127.0.0.1:${port} backlog=4096;`,
    'root www;',
    `location = /small { return 200 "${SMALL_TEXT}"; }`,
    'location = /upload { mirror /discard; error_page 405 =200 @taken; }',
    'location = /discard { internal; return 204; }',
    'location @taken { return 200 "ok\\n"; }',
    '}',
  ];
}
