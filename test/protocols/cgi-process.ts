import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Peer } from '../support/peer.ts';

let folder = '';

/** A folder for as long as this process runs. */
function scripts(): string {
  if (folder === '') {
    folder = mkdtempSync(join(tmpdir(), 'sluice-cgi-'));
    process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  }
  return folder;
}

/**
 * The backend URL of a CGI program that lets a port on 127.0.0.1 speak in its place: it sends its environment there, then
 * its input, and prints what comes back.
 */
export function relayUrl(port: number): string {
  const path = join(scripts(), `relay-${port}`);
  const lines = [
    '#!/bin/bash',
    `exec 3<>/dev/tcp/127.0.0.1/${port} || exit 1`,
    "{ env -0; printf '\\0'; } >&3",
    // Without a redirection of its own, a job in the background reads nothing.
    'cat <&0 >&3 &',
    'cat <&3',
    'kill $! 2>/dev/null',
    'exit 0',
  ];
  writeFileSync(path, `${lines.join('\n')}\n`, { mode: 0o755 });
  return `cgi://${path}`;
}

/** Takes the environment of such a program, as name, value, name, value. */
export async function relayedPairs(peer: Peer): Promise<string[]> {
  const text = await peer.until('\0\0');
  return text
    .slice(0, -2)
    .split('\0')
    .flatMap(entry => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]);
}
