import type { TestContext } from 'node:test';
import type { Setting } from './config.ts';
import { type RunningGateway, startGateway } from './gateway.ts';
import { type PhpFpm, type PhpFpmSetting, startPhpFpm } from './php-fpm.ts';

/** What a test wants of its PHP-FPM and of the gateway in front of it. */
export interface PhpSiteSetting extends PhpFpmSetting {
  /** Of the backend, each with a comma in front: `,max-conns=2`. */
  readonly options?: string;
  /** What is not to be as described at PhpSite. */
  readonly site?: Setting['site'];
}

/** A PHP site as most are: files are sent, scripts run, and all else falls to /index.php. */
export interface PhpSite {
  readonly fpm: PhpFpm;
  readonly gateway: RunningGateway;
}

/** Starts PHP-FPM with the pages of `test/real/apps/php`, and a gateway in front of it. */
export async function startPhpSite(t: TestContext, setting: PhpSiteSetting = {}): Promise<PhpSite> {
  const fpm = await startPhpFpm(t, setting);
  const gateway = await startGateway(t, {
    backends: [`${fpm.url}${setting.options ?? ''}`],
    site: { root: fpm.root, index: ['index.php'], try: ['{path}', '{path}/', '/index.php'], ...setting.site },
  });
  return { fpm, gateway };
}
