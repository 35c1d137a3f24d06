import type { BufferConfig, PoolConfig, SiteConfig, Symlinks } from '../config/config.ts';
import { isCgiFamily } from '../config/schemes.ts';
import { formatSize } from '../config/size.ts';

const LINKS: Readonly<Record<Symlinks, string>> = {
  yes: 'are followed',
  no: 'are not followed',
  'same-owner': 'are followed to files of the same owner',
};

/** The document root of a pool and what becomes of paths below it, in words. */
export function siteLines(pool: PoolConfig): string[] {
  const { site, symlinks, sendfileRoot, backends } = pool;
  const scripted = backends.some(({ scheme }) => isCgiFamily(scheme));
  const sent = sendfileRoot === '' ? [] : [`files below ${sendfileRoot} are sent when a backend names them`];
  const links = symlinks === 'yes' ? [] : [`symbolic links ${LINKS[symlinks]}`];
  return [...(site === undefined ? [] : rootLines(site, scripted)), ...links, ...sent];
}

function rootLines(site: SiteConfig, scripted: boolean): string[] {
  if (site.script !== '') return [`every request runs the script ${site.root}${site.script}`];
  const run = scripted ? `, what ends in ${site.suffixes.join(' or ')} is run` : '';
  return [
    `files below ${site.root} are served${run}`,
    `  tried in this order: ${[...site.try, ...lastResort(site, scripted)].join(', ')}`,
    ...(site.index.length === 0 ? [] : [`  for a directory: ${site.index.join(', ')}`]),
  ];
}

function lastResort(site: SiteConfig, scripted: boolean): string[] {
  if (site.try.some(entry => entry.startsWith('='))) return [];
  return scripted && site.try.some(entry => entry.startsWith('/')) ? [] : ['the backend'];
}

/** How far slow clients hold the backends of a pool, in words. */
export function bufferLine(pool: PoolConfig): string {
  const limited = [pool.maxConns, pool.poolMaxConns, ...pool.backends.map(({ maxConns }) => maxConns)].some(
    most => most !== undefined && Number.isFinite(most),
  );
  const upload = sizeOf(pool.requestBuffer, limited);
  const answer = sizeOf(pool.responseBuffer, limited);
  const auto = pool.requestBuffer.mode === 'auto' && pool.responseBuffer.mode === 'auto' && !limited;
  if (auto) return 'slow clients: at their own pace, since no limit makes backends scarce';
  return `slow clients: uploads are ${upload === 0 ? 'not taken in' : `taken in first, up to ${formatSize(upload)}`}; answers are ${answer === 0 ? 'not read ahead' : `read ahead, up to ${formatSize(answer)}`}`;
}

function sizeOf({ mode, size }: BufferConfig, limited: boolean): number {
  return mode === 'on' || (mode === 'auto' && limited) ? size : 0;
}
