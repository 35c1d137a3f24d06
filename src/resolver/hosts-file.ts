import { canonical } from './address.ts';
import { WatchedFile } from './watched-file.ts';

/** The addresses of names in a file such as /etc/hosts, as it is at present. */
export class HostsFile {
  readonly #file: WatchedFile;
  /** What was looked for since the file was read: such files may have a hundred thousand lines, and few names are asked for. */
  readonly #known = new Map<string, readonly string[]>();

  constructor(path: string) {
    this.#file = new WatchedFile(path);
  }

  /** The addresses of a name, in the file's order; empty: it is not there. */
  find(host: string): readonly string[] {
    const name = host.toLowerCase().replace(/\.$/, '');
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const found = addressesIn(this.#file.text, name);
    this.#known.set(name, found);
    return found;
  }

  /** Whether it has changed since it was last looked at. */
  look(): boolean {
    const changed = this.#file.look();
    if (changed) this.#known.clear();
    return changed;
  }
}

/** The addresses of a name (in lower case) in the text of a hosts file; lines that nobody can read do not count. */
export function addressesIn(text: string, name: string): string[] {
  const lower = text.toLowerCase();
  const found: string[] = [];
  let end = 0;
  for (let at = lower.indexOf(name); at >= 0; at = lower.indexOf(name, end)) {
    const start = Math.max(end, lower.lastIndexOf('\n', at) + 1);
    end = lower.indexOf('\n', at);
    if (end < 0) end = lower.length;
    const [address = '', ...names] = lower.slice(start, end).replace(/#.*/s, '').trim().split(/\s+/);
    const form = names.includes(name) ? canonical(address) : undefined;
    if (form !== undefined) found.push(form);
  }
  return found;
}
