/** Names under which servers are known to keep programs, whole or in parts; after .php people write what they like. */
const SOURCES = ['\\.php[a-z0-9]*', '\\.phtml', '\\.phar', '\\.pht', '\\.inc', '\\.f?cgi'];

/** What editors and people leave beside the files that they change. */
const LEFTOVER = /(?:~|\.(?:bak|old|orig|save|swp|swo))$|^#.*#$/i;

/** The one directory with a dot that is made for everyone (RFC 8615). */
const WELL_KNOWN = '/.well-known/';

/** What the names of files say about them: which are scripts to run, and which nobody may see. */
export class FileNames {
  readonly #script: RegExp;
  readonly #scriptBelow: RegExp;
  readonly #source: RegExp;

  /** `suffixes`: what the names of scripts end in, with a dot; compared without regard to the case of ASCII letters. */
  constructor(suffixes: readonly string[]) {
    const endings = suffixes.map(suffix => suffix.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    const any = endings.length === 0 ? '(?!)' : `(?:${endings.join('|')})`;
    this.#script = new RegExp(`${any}$`, 'i');
    this.#scriptBelow = new RegExp(`${any}(?:/|$)`, 'i');
    this.#source = new RegExp(`(?:${[...endings, ...SOURCES].join('|')})(?![a-z0-9])`, 'i');
  }

  /** Whether the last segment of a path names a script. */
  isScript(path: string): boolean {
    return this.#script.test(path);
  }

  /** Whether any segment of a path names a script. */
  hasScript(path: string): boolean {
    return this.#scriptBelow.test(path);
  }

  /**
   * Whether a file is not to be seen, and not even spoken of: below a dot, but for `/.well-known/`; a copy that an editor
   * made; the source of a script under another name.
   */
  isSecret(path: string): boolean {
    if (path.includes('/.', path.startsWith(WELL_KNOWN) ? WELL_KNOWN.length - 1 : 0)) return true;
    const name = path.slice(path.lastIndexOf('/') + 1);
    return LEFTOVER.test(name) || (this.#source.test(name) && !this.isScript(name));
  }
}
