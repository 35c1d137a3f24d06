import { existsSync } from 'node:fs';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import { CookieKeys } from '../cookies/cookie-keys.ts';
import { usualKeyFile } from '../cookies/key-file.ts';
import type { Signer } from '../cookies/signer.ts';
import { SILENT } from '../log/silent.ts';

/** What signs the cookies of a gateway with this configuration, if its key is there and may be read; makes no file. */
export function signerOf(config: Config): Signer | undefined {
  const file = config.cookieKeyFile || usualKeyFile(process.env, process.geteuid?.() === 0);
  if (!existsSync(file)) return undefined;
  try {
    return new CookieKeys(SILENT).signerFor(config);
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}
