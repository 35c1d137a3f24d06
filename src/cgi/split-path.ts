import { SLASH } from '../http1/bytes.ts';

/** The path of a request, split for an application: SCRIPT_NAME and PATH_INFO (RFC 3875, 4.1.13 and 4.1.5). */
export interface SplitPath {
  readonly script: string;
  readonly info: string;
}

/**
 * Splits a decoded path at the mount point, which must be its front part up to a slash or the end; else the application
 * has no name and all of the path is for it.
 */
export function splitAtMount(path: string, mount: string): SplitPath {
  // `*` asks about the server as a whole: there is no path (RFC 9110, 9.3.7).
  if (path === '*') return { script: mount, info: '' };
  const isMounted =
    path.startsWith(mount) && (path.length === mount.length || path.charCodeAt(mount.length) === SLASH);
  return isMounted ? { script: mount, info: path.slice(mount.length) } : { script: '', info: path };
}
