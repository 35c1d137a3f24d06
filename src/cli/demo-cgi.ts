import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Programs by their names: what they print is their answer. */
const PROGRAMS: Readonly<Record<string, string>> = {
  hello: 'echo "Hello, this is process $$, started for this request alone."',
  variables: 'env | sort; echo; cat',
};

/** Writes small programs into a directory that is taken away when the process ends; its URL as a backend. */
export function startDemoPrograms(): string {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-demo-'));
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  for (const [name, line] of Object.entries(PROGRAMS)) {
    const text = `#!/bin/sh\nprintf 'Content-Type: text/plain\\r\\n\\r\\n'\n${line}\n`;
    writeFileSync(join(directory, name), text, { mode: 0o700 });
  }
  return `cgi://${directory}/`;
}
