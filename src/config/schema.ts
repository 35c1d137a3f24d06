import { z } from 'zod';
import { show } from './misread.ts';
import { pool } from './pool-schema.ts';
import { route } from './route/route-schema.ts';
import { mapping } from './setting.ts';
import { settings } from './settings.ts';

/** Everything that flags and the configuration file may say; the file's form. */
export const schema = mapping({
  ...settings,
  pools: z
    .record(z.string(), pool, {
      error: issue => `expected a mapping from names to pools; got ${show(issue.input)}`,
    })
    .optional()
    .meta({
      description: 'pools by name; what a pool does not say, the keys of the same meaning at the top say',
    }),
  routes: z
    .array(route, { error: issue => `expected a list of routes; got ${show(issue.input)}` })
    .optional()
    .meta({ description: 'what becomes of a request; the first that matches wins' }),
});

/** What the schema makes of its input: every text read, defaults of pools not yet filled in. */
export type Settings = z.output<typeof schema>;
