import { answerInOwnWords } from '../answers/answer-in-own-words.ts';
import { latin1Path, lookUp } from '../cgi/file-lookup.ts';
import { safePath } from '../cgi/safe-path.ts';
import type { PoolConfig, SiteConfig } from '../config/config.ts';
import { GatewayError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import { quoted } from '../http1/refusal.ts';
import { DocumentRoot, type Found } from './document-root.ts';
import { serveFile } from './serve-file.ts';

/** What stands in front of the backends of a pool and knows their files. */
export interface Site {
  /**
   * Answers an exchange, or says what the backends are to run for it; false: it goes on to them. Throws GatewayError for
   * what is to be refused.
   */
  serve(exchange: Exchange): boolean;
}

/** The site of a pool; undefined: it has no document root. */
export function siteOf(pool: PoolConfig): Site | undefined {
  const { site, mount } = pool;
  if (site === undefined) return undefined;
  const schemes = pool.backends.map(({ scheme }) => scheme);
  if (schemes.some(scheme => /^(?:https?|h2c?)\b/.test(scheme))) return new StaticSite(site, mount);
  if (site.script !== '') return new OneScript(site, mount);
  return new ScriptSite(pool, site);
}

/** A site whose scripts the backends run. */
class ScriptSite implements Site {
  readonly #files: DocumentRoot;
  readonly #mount: string;
  /** Whether the application sees to what was not found. */
  readonly #takesRest: boolean;
  /** The programs that the backends are, and the directories of such programs; latin1. */
  readonly #programs: readonly string[];

  constructor({ mount, backends }: PoolConfig, site: SiteConfig) {
    const elsewhere = backends.some(({ docroot }) => docroot !== '');
    this.#files = new DocumentRoot(site, site.suffixes, elsewhere);
    this.#mount = mount;
    this.#programs = backends
      .filter(({ scheme }) => scheme === 'cgi')
      .map(backend => latin1Path(backend.path.replace(/\/+$/, '')));
    this.#takesRest = backends.every(({ scheme }) => /^(?:scgi|uwsgi)\b/.test(scheme));
  }

  serve(exchange: Exchange): boolean {
    const path = pathBelow(this.#mount, exchange.target);
    const found = path === undefined ? NOTHING : this.#files.find(path);
    if (found.kind === 'script') {
      exchange.script = found.script;
      return false;
    }
    if (found.kind === 'nothing' && this.#takesRest) return false;
    if (found.kind === 'file') {
      checkMethod(exchange);
      this.#checkProgram(found.path);
    }
    answer(exchange, found, this.#files.root);
    return true;
  }

  /** Throws not_found for a file that a backend would execute: whoever asks for it is not to read it instead. */
  #checkProgram(path: string): void {
    const { root } = this.#files;
    const file = root + path;
    if (!this.#programs.some(program => file === program || file.startsWith(`${program}/`))) return;
    if (((lookUp(root, path, 'yes')?.mode ?? 0) & EXECUTABLE) === 0) return;
    throw new GatewayError(
      'not_found',
      `${quoted(file)} is a program, but none of the endings of script-suffix is its own: add that to have it run`,
    );
  }
}

/** A script that gets everything. */
class OneScript implements Site {
  readonly #root: string;
  readonly #name: string;
  readonly #mount: string;

  constructor(site: SiteConfig, mount: string) {
    this.#root = latin1Path(site.root);
    this.#name = latin1Path(site.script);
    this.#mount = mount;
  }

  serve(exchange: Exchange): boolean {
    const path = pathBelow(this.#mount, exchange.target) ?? '';
    const isNamed = path === this.#name || path.startsWith(`${this.#name}/`);
    exchange.script = {
      root: this.#root,
      name: this.#name,
      pathInfo: isNamed ? path.slice(this.#name.length) : path,
    };
    return false;
  }
}

/** Files in front of an application that speaks HTTP: what they do not answer is the application's. */
class StaticSite implements Site {
  readonly #files: DocumentRoot;
  readonly #mount: string;

  constructor(site: SiteConfig, mount: string) {
    this.#files = new DocumentRoot(site, []);
    this.#mount = mount;
  }

  serve(exchange: Exchange): boolean {
    if (exchange.method !== 'GET' && exchange.method !== 'HEAD') return false;
    const found = this.#find(exchange.target);
    if (found.kind === 'nothing' || found.kind === 'secret') return false;
    answer(exchange, found, this.#files.root);
    return true;
  }

  /** A path with more than one reading names no file, but the application may know what to make of it. */
  #find(target: string): Found {
    let path: string | undefined;
    try {
      path = pathBelow(this.#mount, target);
    } catch {
      return NOTHING;
    }
    return path === undefined ? NOTHING : this.#files.find(path);
  }
}

/** The bits of a file's mode by which somebody may execute it. */
const EXECUTABLE = 0o111;

const NOTHING: Found = { kind: 'nothing' };

/** The path of a target below the mount point; undefined: it is not below. Throws http_request_error for an unsafe one. */
function pathBelow(mount: string, target: string): string | undefined {
  const path = safePath(target);
  if (!path.startsWith('/')) return undefined;
  return path === mount || path.startsWith(`${mount}/`) ? path.slice(mount.length) : undefined;
}

function checkMethod({ method, target }: Exchange): void {
  if (method === 'GET' || method === 'HEAD') return;
  throw new GatewayError('method_not_allowed', `${quoted(target)} is a file: it can be got, not ${method}`);
}

function answer(exchange: Exchange, found: Found, root: string): void {
  if (found.kind === 'file') serveFile(exchange, root + found.path);
  else if (found.kind === 'slash') redirectToSlash(exchange);
  else if (found.kind === 'status' && found.status !== 404) answerInOwnWords(exchange, found.status);
  else throw new GatewayError('not_found', `nothing below the document root for ${quoted(exchange.target)}`);
}

/** By the bytes that were sent, and never to another host: two slashes in front would begin with one. */
function redirectToSlash(exchange: Exchange): void {
  const { target, method } = exchange;
  const question = target.indexOf('?');
  const end = question === -1 ? target.length : question;
  const path = target.slice(0, end).replace(/^\/+/, '/');
  const isSafe = method === 'GET' || method === 'HEAD';
  answerInOwnWords(exchange, isSafe ? 301 : 308, `Location: ${path}/${target.slice(end)}\r\n`);
}
