import { z } from 'zod';
import { DEFAULTS } from './defaults.ts';
import { schema } from './schema.ts';

/** The JSON Schema of the configuration file, for editors. */
export function jsonSchema(): object {
  const { $schema, properties, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  for (const [name, value] of Object.entries(DEFAULTS)) {
    Object.assign(properties![name] as object, { default: value });
  }
  return { $schema, title: 'Sluice', properties, ...rest };
}
