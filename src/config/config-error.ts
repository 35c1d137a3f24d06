/** A configuration that cannot be used; each mistake is one line that names its place and the remedy. */
export class ConfigError extends Error {
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(mistakes.join('\n'));
    this.name = 'ConfigError';
    this.mistakes = mistakes;
  }
}

/** A mistake and the path of keys to it, before its place is known. */
export interface Mistake {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}
