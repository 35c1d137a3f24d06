import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

type Json = Readonly<Record<string, unknown>>;

/** A schema as it is written in the document: the few words of JSON Schema that it uses. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
}

/** One operation of the document. */
export interface Operation {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** Of its body, or for GET an object of its parameters. */
  readonly input: Schema;
  readonly answer: Schema;
  /** Bodies of requests and answers that the document shows. */
  readonly examples: { readonly input: unknown; readonly answer: unknown };
}

const FILE = join(import.meta.dirname, '../../docs/openapi.yaml');
const document = parse(readFileSync(FILE, 'utf8')) as Json;

/** All operations of docs/openapi.yaml. */
export function operations(): Operation[] {
  return Object.entries(document['paths'] as Json).flatMap(([path, methods]) =>
    Object.entries(methods as Json).map(([method, text]) => operation(method, path, text as Json)),
  );
}

/** The answer of all that is refused. */
export function refusal(): Schema {
  return content(resolve({ $ref: '#/components/responses/Refusal' })).schema;
}

/** What is wrong with a value, each fault with its place. */
export function faults(value: unknown, written: Schema, place = '$'): string[] {
  const schema = resolve(written) as Schema;
  if (schema.anyOf !== undefined) {
    const all = schema.anyOf.map(one => faults(value, one, place));
    return all.some(found => found.length === 0) ? [] : all.flat();
  }
  const types = schema.type === undefined ? [] : [schema.type].flat();
  if (types.length > 0 && !types.some(type => isOf(type, value))) {
    return [`${place}: expected ${types.join(' or ')}; got ${JSON.stringify(value)}`];
  }
  if (schema.enum !== undefined && !schema.enum.includes(value)) {
    return [`${place}: expected one of ${schema.enum.join(', ')}; got ${JSON.stringify(value)}`];
  }
  if (Array.isArray(value)) {
    return value.flatMap((item, i) => (schema.items ? faults(item, schema.items, `${place}[${i}]`) : []));
  }
  return typeof value === 'object' && value !== null ? objectFaults(value as Json, schema, place) : [];
}

/** The keys that a schema knows, and those that have to be there. */
export function keysOf(written: Schema): { known: readonly string[]; required: readonly string[] } {
  const { properties = {}, required = [] } = resolve(written) as Schema;
  return { known: Object.keys(properties), required };
}

function operation(method: string, path: string, text: Json): Operation {
  const answer = content(resolve((text['responses'] as Json)['200'] as Json));
  if (method === 'get') {
    const parameters = text['parameters'] as readonly { name: string; schema: Schema }[];
    const properties = Object.fromEntries(parameters.map(({ name, schema }) => [name, schema]));
    const input = { type: 'object', additionalProperties: false, properties };
    return {
      method: 'GET',
      path,
      input,
      answer: answer.schema,
      examples: { input: {}, answer: answer.example },
    };
  }
  const body = content(resolve(text['requestBody'] as Json));
  return {
    method: 'POST',
    path,
    input: body.schema,
    answer: answer.schema,
    examples: { input: body.example, answer: answer.example },
  };
}

function content(holder: Json): { schema: Schema; example: unknown } {
  return (holder['content'] as Json)['application/json'] as { schema: Schema; example: unknown };
}

function resolve(written: object): Json {
  const { $ref } = written as { $ref?: string };
  if ($ref === undefined) return written as Json;
  const found = $ref
    .slice(2)
    .split('/')
    .reduce((at, key) => at[key] as Json, document);
  if (found === undefined) throw new Error(`${$ref} is not there`);
  return resolve(found);
}

function objectFaults(value: Json, schema: Schema, place: string): string[] {
  const { properties = {}, required = [], additionalProperties = true } = schema;
  const missing = required.filter(key => !Object.hasOwn(value, key)).map(key => `${place}.${key}: missing`);
  const wrong = Object.entries(value).flatMap(([key, inner]) => {
    const known: Schema | boolean = Object.hasOwn(properties, key) ? properties[key]! : additionalProperties;
    if (known === true) return [];
    return known === false
      ? [`${place}.${key}: not in the document`]
      : faults(inner, known, `${place}.${key}`);
  });
  return [...missing, ...wrong];
}

function isOf(type: string, value: unknown): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}
