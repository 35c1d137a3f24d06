import { readFileSync } from 'node:fs';

/** Of the program that runs, as its package said when it started. */
export const VERSION = packageVersion();

function packageVersion(): string {
  // The package's root is two levels up from the source, three from what was compiled into dist/.
  for (const up of ['../..', '../../..']) {
    try {
      const text = readFileSync(new URL(`${up}/package.json`, import.meta.url), 'utf8');
      return (JSON.parse(text) as { version: string }).version;
    } catch {
      // The other level is the root.
    }
  }
  return 'of unknown version';
}
