import type { Config } from '../config/config.ts';
import type { ErrorPages } from '../error-pages.ts';
import { HttpsRedirect } from './https-redirect.ts';
import { loadPages } from './load-pages.ts';

/** What a gateway answers by itself beside what its routes say, by one configuration; the pages are read once. */
export class Answers {
  /** Null: requests without TLS are answered as any other. */
  readonly https: HttpsRedirect | null;
  /** The pages for what has no route, or none yet; null: none. */
  readonly general: ErrorPages | null;
  /** What keeps the configuration from being used, one line each: pages that cannot be read. */
  readonly mistakes: readonly string[];
  readonly #byRoute: ReadonlyMap<string, ErrorPages> | null;

  constructor(config: Config) {
    const { general, byRoute, mistakes } = loadPages(config);
    this.https = config.redirectHttps === 0 ? null : new HttpsRedirect(config.redirectHttps);
    this.general = general;
    this.mistakes = mistakes;
    this.#byRoute = byRoute;
  }

  /** The pages in force for a route; null: none. */
  pagesOf(route: string): ErrorPages | null {
    return this.#byRoute === null ? this.general : (this.#byRoute.get(route) ?? this.general);
  }
}
