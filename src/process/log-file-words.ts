import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { show } from '../config/misread.ts';
import { systemWords } from '../config/system-words.ts';
import type { LogFileError } from '../log/open-output.ts';

/** Why a log file cannot be opened, with the setting that names it. One that is not there would be made, so its directory is what is missing. */
export function logFileWords({ file, cause }: LogFileError): string {
  const directory = dirname(file);
  const why = existsSync(directory) ? systemWords(cause) : `the directory ${show(directory)} does not exist`;
  return `--access-log: cannot open ${show(file)}: ${why}`;
}
