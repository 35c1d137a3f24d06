/** How a request field becomes a meta-variable; one object for all spellings of a name. */
export interface FieldVariable {
  /** Empty: the field is withheld from applications. */
  readonly name: string;
  /** What goes between the values of a repeated field. */
  readonly separator: string;
  /** Whether it tells of a password, so that only some applications see it (RFC 3875, 4.1.18). */
  readonly secret: boolean;
  /** Whether it is the same object each time that the name is met. */
  readonly kept: boolean;
  /** The last round of `metaVariables` that met it, and where its value stood then. */
  round: number;
  index: number;
}

/**
 * Withheld whatever they say: `Proxy` would become HTTP_PROXY, which programs take for the address of their proxy; the
 * others are said by variables of their own.
 */
const WITHHELD = new Set(['PROXY', 'HOST', 'CONTENT_LENGTH']);

const SECRET = new Set(['AUTHORIZATION', 'PROXY_AUTHORIZATION']);

/** Letters, digits and hyphens: with any other character two names could come to the same variable. */
const PLAIN = /^[A-Za-z0-9-]+$/;

/** Clients choose names: more than these are made anew for every request. */
const MOST_NAMES = 512;
const LONGEST_NAME = 64;

const byName = new Map<string, FieldVariable>();
const byVariable = new Map<string, FieldVariable>();

/** The variable for a field name, in whatever case it is written. */
export function fieldVariable(name: string): FieldVariable {
  return byName.get(name) ?? learn(name);
}

function learn(name: string): FieldVariable {
  const stem = PLAIN.test(name) ? name.toUpperCase().replaceAll('-', '_') : '';
  const known = byVariable.get(stem);
  const kept = name.length <= LONGEST_NAME && byName.size < MOST_NAMES;
  const variable = known ?? variableOf(stem, kept);
  if (!kept) return variable;
  byName.set(name, variable);
  if (known === undefined) byVariable.set(stem, variable);
  return variable;
}

function variableOf(stem: string, kept: boolean): FieldVariable {
  return {
    name: variableName(stem),
    separator: stem === 'COOKIE' ? '; ' : ', ',
    secret: SECRET.has(stem),
    kept,
    round: 0,
    index: 0,
  };
}

function variableName(stem: string): string {
  if (stem === '' || WITHHELD.has(stem)) return '';
  return stem === 'CONTENT_TYPE' ? stem : `HTTP_${stem}`;
}
