import { lookUp } from '../../src/cgi/file-lookup.ts';
import { safePath } from '../../src/cgi/safe-path.ts';
import { splitAtMount } from '../../src/cgi/split-path.ts';
import { GatewayError } from '../../src/errors.ts';
import { quoted } from '../../src/http1/refusal.ts';
import type { Application, Script } from '../../src/protocol.ts';

/** What begins with a dot, and what editors and people leave beside the files that they change: never meant to be run. */
const NEVER_RUN = /^\.|(?:~|\.(?:bak|old|orig|save|swp|swo))$|^#.*#$/i;

/**
 * The script that a target names in a directory of them: the first segment behind the mount that is a file, with what
 * follows as PATH_INFO. `directory` is latin1 and has no slash at its end. Throws not_found where there is none, and
 * http_request_error for a path with more than one reading.
 */
export function findScript(directory: string, target: string, application: Application): Script {
  const path = safePath(target);
  const { script, info } = splitAtMount(path, application.mount);
  if (script !== application.mount) {
    throw notFound(path, `is not below ${quoted(application.mount)}, where the scripts are mounted`);
  }
  let name = '';
  for (let from = 1, end = 0; end < info.length; from = end + 1) {
    const slash = info.indexOf('/', from);
    end = slash === -1 ? info.length : slash;
    if (end === from) continue;
    const segment = info.slice(from, end);
    if (NEVER_RUN.test(segment))
      throw notFound(path, `leads to ${quoted(segment)}, which is no name of a script`);
    name += `/${segment}`;
    const stats = lookUp(directory, name, application.symlinks);
    if (stats?.isFile()) return { root: directory, name, pathInfo: info.slice(end) };
    // Below what is no directory there can be nothing, however long the path goes on.
    if (!stats?.isDirectory()) break;
  }
  throw notFound(path, `names no script in ${directory}`);
}

function notFound(path: string, why: string): GatewayError {
  return new GatewayError('not_found', `request path ${quoted(path)} ${why}`);
}
