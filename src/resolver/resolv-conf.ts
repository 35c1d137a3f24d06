import { isIP } from 'node:net';
import { WatchedFile } from './watched-file.ts';

/** What resolv.conf says of whom to ask for what. */
export interface SystemDns {
  /** Addresses of name servers, in order. */
  readonly servers: readonly string[];
  /** What is put behind names, in order. */
  readonly search: readonly string[];
  /** A name with so many dots is looked up as it is before anything is put behind it. */
  readonly ndots: number;
}

/** As many as the system's own resolver takes note of. */
const MOST_SERVERS = 3;
const MOST_NDOTS = 15;

/** No more than this is put behind a name, one after the other. */
const MOST_SEARCHED = 16;

/** The system's resolv.conf, as it is at present. */
export class ResolvConf {
  readonly #file: WatchedFile;
  #parsed: SystemDns | undefined;

  constructor(path: string) {
    this.#file = new WatchedFile(path);
  }

  get(): SystemDns {
    this.#parsed ??= parseResolvConf(this.#file.text);
    return this.#parsed;
  }

  /** Whether it has changed since it was last looked at. */
  look(): boolean {
    const changed = this.#file.look();
    if (changed) this.#parsed = undefined;
    return changed;
  }
}

/** Reads resolv.conf as resolv.conf(5) describes it; what cannot be read does not count. */
export function parseResolvConf(text: string): SystemDns {
  const servers: string[] = [];
  let search: string[] = [];
  let ndots = 1;
  for (const line of text.split('\n')) {
    const [word, ...rest] = line
      .replace(/[#;].*/s, '')
      .trim()
      .split(/\s+/);
    if (word === 'nameserver' && isServer(rest[0])) servers.push(rest[0]!);
    // The last of these lines counts.
    if (word === 'domain' || word === 'search') search = rest;
    if (word === 'options') ndots = ndotsIn(rest) ?? ndots;
  }
  return {
    servers: servers.slice(0, MOST_SERVERS),
    search: search.map(domain => domain.replace(/\.$/, '')).slice(0, MOST_SEARCHED),
    ndots,
  };
}

/** The names that are looked up for one, in order: those with a dot at the end are complete. */
export function candidates(host: string, { search, ndots }: Omit<SystemDns, 'servers'>): string[] {
  if (host.endsWith('.')) return [host.slice(0, -1)];
  const longer = search.map(domain => (domain === '' ? host : `${host}.${domain}`));
  const dots = host.split('.').length - 1;
  const all = dots >= ndots ? [host, ...longer] : [...longer, host];
  return [...new Set(all)];
}

function ndotsIn(options: readonly string[]): number | undefined {
  const [, digits] = options.map(option => /^ndots:(\d+)$/.exec(option)).find(match => match !== null) ?? [];
  return digits === undefined ? undefined : Math.min(Number(digits), MOST_NDOTS);
}

function isServer(text: string | undefined): boolean {
  return text !== undefined && isIP(text) !== 0;
}
