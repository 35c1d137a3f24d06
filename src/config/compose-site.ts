import { basename, dirname } from 'node:path';
import type { BackendConfig, SiteConfig } from './config.ts';
import { existingDirectory } from './existing-directory.ts';
import { hasDots } from './file-names.ts';
import { runsScripts } from './for-applications.ts';
import type { PoolSettings } from './pool-schema.ts';
import type { Settings } from './schema.ts';
import { isCgiFamily } from './schemes.ts';
import { type Composing, type Placed, resolvePath } from './source.ts';

/** The settings that mean nothing without a document root. */
const OF_A_SITE = ['index', 'try', 'script-suffix'] as const;

/** A pool and its backends. */
interface Subject {
  readonly name: string;
  readonly pool: PoolSettings;
  readonly backends: readonly BackendConfig[];
}

/** The document root of a pool, if it has one; what is wrong with it joins the mistakes. */
export function composeSite(
  { name, pool, backends }: Subject,
  settings: Settings,
  composing: Composing,
): SiteConfig | undefined {
  const scripted = runsScripts(backends);
  // Servers of applications, whose paths need not be those of files.
  const takesRest = backends.every(({ scheme }) => /^(?:http|scgi|uwsgi)s?\b/.test(scheme));
  const root = placed(name, 'root', pool.root, settings.root);
  const script = placed(name, 'script', pool.script, settings.script);
  const wanted = scripted ? script : undefined;
  const named = root ?? wanted;
  const place = placeOf(root, wanted, composing);
  if (place === undefined || named === undefined) {
    refuseRootless(name, pool, composing);
    return undefined;
  }
  if (scripted && !backends.every(({ scheme }) => isCgiFamily(scheme))) {
    const message = `the pool ${name} has backends that run scripts and others that do not: give each kind a pool of its own`;
    composing.mistakes.push({ path: named.path, message });
  }
  const suffixes = pool['script-suffix'] ?? settings['script-suffix']!;
  const index = pool.index ?? settings.index ?? usualIndex(takesRest ? [] : suffixes);
  return {
    ...place,
    index,
    try: pool.try ?? settings.try ?? usualTry(index, scripted ? suffixes : [], takesRest),
    suffixes,
    symlinks: pool.symlinks ?? settings.symlinks!,
  };
}

/** The setting of the pool, or else that at the top; an empty one says that there is none. */
function placed(
  name: string,
  key: string,
  own: string | undefined,
  top: string | undefined,
): Placed<string> | undefined {
  if (own !== undefined) return own === '' ? undefined : { value: own, path: ['pools', name, key] };
  return top === undefined || top === '' ? undefined : { value: top, path: [key] };
}

function placeOf(
  root: Placed<string> | undefined,
  script: Placed<string> | undefined,
  composing: Composing,
): { root: string; script: string } | undefined {
  if (root === undefined) return script === undefined ? undefined : ofScript(script, composing);
  const directory = existingDirectory(composing, root);
  if (script === undefined) return { root: directory, script: '' };
  const file = script.value.startsWith(`${directory}/`)
    ? script.value.slice(directory.length)
    : script.value.replace(/^(?:\.?\/)*/, '/');
  if (hasDots(file)) {
    const message = `the script has to lie below the root ${directory}: leave . and .. out of its path`;
    composing.mistakes.push({ path: script.path, message });
  }
  return { root: directory, script: file };
}

/** A script alone: its directory is the root, which may be one that only the application sees. */
function ofScript(script: Placed<string>, composing: Composing): { root: string; script: string } {
  const file = resolvePath(composing, script);
  if (!script.value.startsWith('/') || dirname(file) === '/') {
    const message = `the script ${script.value} needs a root to lie in: add --root DIR, or write its absolute path`;
    composing.mistakes.push({ path: script.path, message });
  }
  return { root: dirname(file), script: `/${basename(file)}` };
}

function refuseRootless(name: string, pool: PoolSettings, composing: Composing): void {
  for (const key of OF_A_SITE) {
    if (pool[key] === undefined) continue;
    const message = `it says something of the files below a root, and the pool ${name} has none: add root: DIR`;
    composing.mistakes.push({ path: ['pools', name, key], message });
  }
}

/** Settings at the top that no pool can use, among the mistakes. */
export function refuseUnusedSite(sites: readonly (SiteConfig | undefined)[], composing: Composing): void {
  if (sites.some(site => site !== undefined)) return;
  for (const key of OF_A_SITE) {
    if (!composing.given.has(key)) continue;
    const message = 'it says something of the files below a root, and there is none: add --root DIR';
    composing.mistakes.push({ path: [key], message });
  }
}

function usualIndex(suffixes: readonly string[]): readonly string[] {
  return [...suffixes.map(suffix => `index${suffix}`), 'index.html'];
}

/** Files, then directories, then the front controller if there is one, or else what the backend makes of it. */
function usualTry(
  index: readonly string[],
  suffixes: readonly string[],
  takesRest: boolean,
): readonly string[] {
  const front = index.find(name => suffixes.some(suffix => name.toLowerCase().endsWith(suffix)));
  if (front !== undefined) return ['{path}', '{path}/', `/${front}`];
  return takesRest ? ['{path}', '{path}/'] : ['{path}', '{path}/', '=404'];
}
