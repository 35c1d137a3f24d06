import { z } from 'zod';
import { Misread, show } from './misread.ts';
import { unknownWord } from './nearest.ts';

/** How a setting appears on the command line. */
export interface FlagText {
  /** What stands for its value in the help text. */
  readonly value: string;
  readonly meaning: string;
  /** What it means without a value; undefined: it needs one. */
  readonly optional?: string;
  /** A letter for short; undefined: none. */
  readonly short?: string;
  /** Whether it may be given several times. */
  readonly repeatable?: boolean;
}

/** The flag of each setting of the schema that has one. */
export const flagTexts = z.registry<FlagText>();

type Json = Readonly<Record<string, unknown>>;
type Context = z.core.$RefinementCtx;

/** One value, read by a parser that throws Misread. */
export function one<T>(parse: (value: unknown) => T, json: Json = { type: 'string' }) {
  return reader(parse).optional().meta(json);
}

/** One value that has to be there, read by a parser that throws Misread. */
export function required<T>(parse: (value: unknown) => T, json: Json = { type: 'string' }) {
  return reader(parse).meta(json);
}

/** A value that may also be written as a number. */
export function count<T>(parse: (value: unknown) => T) {
  return one(parse, { type: ['string', 'integer'] });
}

/** Several values, each read by a parser that throws Misread; a single one needs no list. */
export function several<T>(parse: (value: unknown) => T) {
  return z
    .unknown()
    .transform((value, context) => {
      const items: readonly unknown[] = Array.isArray(value) ? value : [value];
      return items.map((item, i) => read(parse, item, context, Array.isArray(value) ? [i] : []));
    })
    .optional()
    .meta({ anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] });
}

/** A list of texts, or one text with commas; a word may be written as a number. */
export function texts<T>(parse: (value: unknown) => T) {
  return one(parse, {
    anyOf: [{ type: 'string' }, { type: 'array', items: { type: ['string', 'integer'] } }],
  });
}

/** A mapping with these keys and no others. */
export function mapping<S extends z.core.$ZodShape>(shape: S, what = 'a mapping') {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    // One line for each unknown key: mistakes.ts gives each its own place.
    error: issue =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map(key => unknownWord('key', key, known)).join('\n')
        : `expected ${what} with keys such as ${known.slice(0, 3).join(', ')}; got ${show(issue.input)}`,
  });
}

/** A mapping, or a text alone that stands for the value of its first key. */
export function textOrMapping<S extends z.core.$ZodShape>(shape: S) {
  const [first] = Object.keys(shape);
  const form = mapping(shape, `a text for ${first}, or a mapping`);
  const { properties } = z.toJSONSchema(form, { io: 'input' });
  return z
    .preprocess(value => (typeof value === 'string' ? { [first!]: value } : value), form)
    .optional()
    .meta({ type: ['string', 'object'], properties, additionalProperties: false });
}

/** Gives a setting its flag; help and JSON Schema describe it by the flag's words. */
export function flag<T extends z.ZodType>(schema: T, text: FlagText): T {
  const described = schema.meta({ ...schema.meta(), description: text.meaning });
  flagTexts.add(described, text);
  return described;
}

function reader<T>(parse: (value: unknown) => T) {
  return z.unknown().transform((value, context) => read(parse, value, context, []));
}

function read<T>(
  parse: (value: unknown) => T,
  value: unknown,
  context: Context,
  path: readonly PropertyKey[],
): T {
  try {
    return parse(value);
  } catch (error) {
    if (!(error instanceof Misread)) throw error;
    context.issues.push({ code: 'custom', message: error.message, input: value, path: [...path] });
    return z.NEVER;
  }
}
