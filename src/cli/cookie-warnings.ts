import type { Config } from '../config/config.ts';
import { checkKeyFile } from '../config/cookie-key-file.ts';
import { systemWords } from '../config/system-words.ts';
import { usualKeyFile } from '../cookies/key-file.ts';

/** That the key of cookies cannot be kept at its usual place, if one is needed and none was named; one line. */
export function cookieWarnings({ pools, routes, cookieKeyFile }: Config): string[] {
  const sticky = pools.some(one => one.sticky !== undefined);
  const marks = routes.some(({ action }) => action.kind === 'pool' && action.readYourWrites > 0);
  if (cookieKeyFile !== '' || !(sticky || marks)) return [];
  const file = usualKeyFile(process.env, process.geteuid?.() === 0);
  try {
    checkKeyFile(file);
    return [];
  } catch (error) {
    return [
      `no key for cookies can be kept in ${file}: ${systemWords(error)}; sessions would not survive a restart: add --cookie-key-file FILE`,
    ];
  }
}
