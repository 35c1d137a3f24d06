import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import type { Config, ErrorPageConfig } from '../config/config.ts';
import { ErrorPage, ErrorPages } from '../error-pages.ts';

/** Nobody reads a longer page on an error, and each is held in memory. */
const LONGEST = 1_048_576;

/** The error pages of a configuration, read from their files. */
export interface LoadedPages {
  /** For what has no route, or none yet; null: the gateway's own words. */
  readonly general: ErrorPages | null;
  /** Those of routes by name: their own, and behind them the general ones; null: no route has any of its own. */
  readonly byRoute: ReadonlyMap<string, ErrorPages> | null;
  /** What is wrong with files that are missing here, one line each. */
  readonly mistakes: readonly string[];
}

/** Reads every page of a configuration once; never throws. */
export function loadPages({ errorPages, routes }: Config): LoadedPages {
  const loader = new Loader();
  const general = loader.all(errorPages, 'error-page');
  const byRoute = new Map<string, ErrorPages>();
  for (const { name, errorPages: own } of routes) {
    if (own.length === 0) continue;
    const pages = loader.all(own, `route ${name}: error`);
    byRoute.set(name, pagesOf([...pages, ...general]));
  }
  return {
    general: general.length === 0 ? null : pagesOf(general),
    byRoute: byRoute.size === 0 ? null : byRoute,
    mistakes: loader.mistakes,
  };
}

interface Loaded {
  readonly page: ErrorPage;
  readonly statuses: ErrorPageConfig['statuses'];
}

function pagesOf(all: readonly Loaded[]): ErrorPages {
  const pages = new ErrorPages();
  for (const { page, statuses } of all) for (const [from, to] of statuses) pages.add(page, from, to);
  return pages;
}

/** Reads each file once, however many statuses and routes it stands for. */
class Loader {
  readonly mistakes: string[] = [];
  readonly #contents = new Map<string, Buffer | null>();

  all(configs: readonly ErrorPageConfig[], words: string): Loaded[] {
    return configs.flatMap(config => {
      const content = config.file === '' ? Buffer.from(config.text, 'utf8') : this.#read(config.file, words);
      if (content === null) return [];
      return [{ page: new ErrorPage(content, config.type, config.intercept), statuses: config.statuses }];
    });
  }

  #read(file: string, words: string): Buffer | null {
    const known = this.#contents.get(file);
    if (known !== undefined) return known;
    let content: Buffer | null = null;
    try {
      content = contentOf(file);
    } catch (error) {
      this.mistakes.push(`${words}: cannot read the page ${JSON.stringify(file)}: ${wordsOf(error)}`);
    }
    this.#contents.set(file, content);
    return content;
  }
}

/** Its size and kind are looked at where it is open already: it cannot come to be another file in between. */
function contentOf(file: string): Buffer {
  const descriptor = openSync(file, 'r');
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) throw new Error('it is no regular file');
    if (stat.size > LONGEST) throw new Error(`it is longer than ${LONGEST / 1_048_576} MiB`);
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function wordsOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'no such file';
  if (code === 'EACCES') return 'permission denied';
  return message;
}
