import type { Stats } from 'node:fs';
import { latin1Path, lookUp } from '../cgi/file-lookup.ts';
import { recent } from '../clock.ts';
import type { SiteConfig } from '../config/config.ts';
import type { Script } from '../protocol.ts';
import { FileNames } from './file-names.ts';
import { type Step, stepsOf, withoutEmptySegments } from './steps.ts';

/**
 * What a path comes to: a script that runs, a file that is served, a directory that wants its slash, a status, or nothing,
 * after all that was to be tried.
 */
export type Found =
  | { readonly kind: 'script'; readonly script: Script }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'slash' | 'secret' | 'nothing' };

/** For so many milliseconds a script that was there is believed to be there: one that is gone the application misses. */
const BELIEVED = 1_000;

/** So many scripts are remembered at once. */
const MOST_BELIEVED = 1_000;

const SLASH: Found = { kind: 'slash' };
const SECRET: Found = { kind: 'secret' };
const NOTHING: Found = { kind: 'nothing' };
const NOT_FOUND: Found = { kind: 'status', status: 404 };

/** The files of a site, found by the paths of requests. All paths are latin1, so that each character is a byte. */
export class DocumentRoot {
  readonly root: string;
  readonly #names: FileNames;
  readonly #index: readonly string[];
  readonly #steps: readonly Step[];
  readonly #symlinks: SiteConfig['symlinks'];
  readonly #elsewhere: boolean;
  /** The path that was looked at last for the present request, and what lies there: steps ask for the same one. */
  #seenPath: string | undefined;
  #seen: Stats | undefined;
  /** Scripts that were seen, and until when they are believed. */
  readonly #scripts = new Map<string, number>();

  /**
   * `suffixes`: what scripts end in; none: nothing is run. `elsewhere`: the application sees a root of its own, so that the
   * scripts which the configuration names need not lie here.
   */
  constructor(config: SiteConfig, suffixes: readonly string[], elsewhere = false) {
    this.root = latin1Path(config.root);
    this.#names = new FileNames(suffixes);
    this.#index = config.index.map(latin1Path);
    this.#steps = stepsOf(config.try);
    this.#symlinks = config.symlinks;
    this.#elsewhere = elsewhere;
  }

  /** Looks for what a safe path names. Throws `forbidden` where the gateway has no access. */
  find(path: string): Found {
    const plain = withoutEmptySegments(path);
    this.#seenPath = undefined;
    for (const step of this.#steps) {
      if (step.kind === 'path') {
        const script = this.#scriptIn(path);
        if (script !== undefined) return { kind: 'script', script };
      }
      const asked = step.kind === 'path' || step.kind === 'directory';
      if (asked && this.#names.isSecret(plain)) return SECRET;
      const found = this.#take(step, plain);
      if (found !== undefined) return found;
    }
    return NOTHING;
  }

  #take(step: Step, path: string): Found | undefined {
    switch (step.kind) {
      case 'path':
        return this.#fileAt(path);
      case 'directory':
        return this.#directoryAt(path);
      case 'file':
        return this.#elsewhere && this.#names.isScript(step.path)
          ? this.#script(step.path)
          : this.#named(step.path);
      default:
        return step;
    }
  }

  /** The first segment that names a script and is one; what follows it is for the script. */
  #scriptIn(path: string): Script | undefined {
    if (!this.#names.hasScript(path)) return undefined;
    for (let from = 1, end = 0; end < path.length; from = end + 1) {
      const slash = path.indexOf('/', from);
      end = slash === -1 ? path.length : slash;
      if (!this.#names.isScript(path.slice(from, end))) continue;
      const name = withoutEmptySegments(path.slice(0, end));
      if (this.#names.isSecret(name)) return undefined;
      if (this.#isBelieved(name)) return { root: this.root, name, pathInfo: path.slice(end) };
      const stats = this.#look(name);
      if (stats?.isFile()) {
        this.#believe(name);
        return { root: this.root, name, pathInfo: path.slice(end) };
      }
      // Below what is no directory there can be nothing, however long the path goes on.
      if (!stats?.isDirectory()) return undefined;
    }
    return undefined;
  }

  #fileAt(path: string): Found | undefined {
    if (path.endsWith('/')) return undefined;
    const stats = this.#look(path);
    if (stats === undefined || stats.isDirectory()) return undefined;
    // What waits in a FIFO or a device is no document.
    return stats.isFile() ? { kind: 'file', path } : NOT_FOUND;
  }

  #directoryAt(path: string): Found | undefined {
    const isWhole = path.endsWith('/');
    // Where there is an index below a whole path, that is a directory.
    if (!isWhole && !this.#look(path)?.isDirectory()) return undefined;
    for (const index of this.#index) {
      const found = this.#named(isWhole ? path + index : `${path}/${index}`);
      // A directory without an index is nothing to see; a redirect to it would only bring the client back.
      if (found !== undefined) return isWhole ? found : SLASH;
    }
    return undefined;
  }

  /** A file whose name the configuration knows: scripts run, anything else is served. */
  #named(path: string): Found | undefined {
    if (this.#isBelieved(path)) return this.#script(path);
    if (!this.#look(path)?.isFile()) return undefined;
    if (this.#names.isScript(path)) {
      this.#believe(path);
      return this.#script(path);
    }
    return this.#names.isSecret(path) ? undefined : { kind: 'file', path };
  }

  #script(name: string): Found {
    return { kind: 'script', script: { root: this.root, name, pathInfo: '' } };
  }

  #isBelieved(name: string): boolean {
    const until = this.#scripts.get(name);
    return until !== undefined && recent() < until;
  }

  #believe(name: string): void {
    // Where links are looked at, they are looked at each time.
    if (this.#symlinks !== 'yes') return;
    if (this.#scripts.size >= MOST_BELIEVED) this.#scripts.clear();
    this.#scripts.set(name, recent() + BELIEVED);
  }

  #look(path: string): Stats | undefined {
    if (path !== this.#seenPath) {
      this.#seen = lookUp(this.root, path, this.#symlinks);
      this.#seenPath = path;
    }
    return this.#seen;
  }
}
