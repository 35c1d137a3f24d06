import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import { show } from '../config/misread.ts';
import { systemWords } from '../config/system-words.ts';
import type { Log } from '../log/log.ts';
import { type KeyFile, keyIn, usualKeyFile } from './key-file.ts';
import { SHORTEST_KEY, Signer } from './signer.ts';

/** What is needed of a configuration. */
type Asking = Pick<Config, 'pools' | 'routes' | 'cookieKeyFile'>;

/** The key that the gateway signs its cookies with: of a file, which is read once, and not before it is needed. */
export class CookieKeys {
  readonly #log: Log;
  readonly #usualFile: string;
  /** Where the key is from, as the configuration says; undefined: none was needed so far. */
  #from: string | undefined;
  #signer = Signer.forThisRun();

  constructor(log: Log, environment: NodeJS.ProcessEnv = process.env) {
    this.#log = log;
    this.#usualFile = usualKeyFile(environment, process.geteuid?.() === 0);
  }

  /** What signs the cookies of a configuration; the same for as long as the file that it names is. Throws ConfigError. */
  signerFor(config: Asking): Signer {
    const { cookieKeyFile } = config;
    if (this.#from === cookieKeyFile || !needsKey(config)) return this.#signer;
    this.#signer = cookieKeyFile === '' ? this.#usual() : new Signer(this.#named(cookieKeyFile));
    this.#from = cookieKeyFile;
    return this.#signer;
  }

  #named(file: string): Buffer {
    try {
      return this.#checked(file, keyIn(file));
    } catch (error) {
      const remedy = `make one with: (umask 077; head -c ${SHORTEST_KEY} /dev/urandom > ${file})`;
      throw new ConfigError([`cookie-key-file: cannot use ${show(file)}: ${systemWords(error)}; ${remedy}`]);
    }
  }

  /** Nobody has asked for a file: without one, cookies hold for this run. */
  #usual(): Signer {
    const file = this.#usualFile;
    try {
      return new Signer(this.#checked(file, keyIn(file, true)));
    } catch (error) {
      this.#log.warn(
        'no key for cookies can be kept: sessions will not survive a restart; name a file by cookie-key-file',
        { file, reason: systemWords(error) },
      );
      return Signer.forThisRun();
    }
  }

  #checked(file: string, { key, exposed, made }: KeyFile): Buffer {
    if (made)
      this.#log.info('a new key for cookies was made: gateways that share clients need the same file', {
        file,
      });
    if (exposed)
      this.#log.warn(
        `others than its owner may read the key of cookies, or change it: chmod 600 ${file} keeps it to him`,
      );
    return key;
  }
}

/** Whether a configuration has clients keep signed cookies. */
function needsKey({ pools, routes }: Asking): boolean {
  return (
    pools.some(({ sticky }) => sticky !== undefined) ||
    routes.some(({ action }) => action.kind === 'pool' && action.reads !== '' && action.readYourWrites > 0)
  );
}
