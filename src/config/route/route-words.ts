import type {
  ActionConfig,
  CanaryConfig,
  ConditionConfig,
  ErrorPageConfig,
  MirrorConfig,
  PathRewriteConfig,
  RewriteConfig,
} from '../config.ts';

/** A route as a rule or the file says it: what it does not say is left out, paths of files are as written. */
export interface RouteWords {
  name?: string | undefined;
  conditions: readonly ConditionConfig[];
  internal?: boolean | undefined;
  action: ActionWords;
  reads?: string | undefined;
  /** Milliseconds. */
  'read-your-writes'?: number | undefined;
  canary?: CanaryConfig | undefined;
  mirror?: MirrorConfig | undefined;
  rewrite?: RewriteWords | undefined;
  errors?: readonly ErrorPageConfig[] | undefined;
}

/** Where a route leads. */
export type ActionWords =
  | { readonly kind: 'pool'; readonly pool: string }
  | Exclude<ActionConfig, { readonly kind: 'pool' }>;

/** What is changed on the way, by the keys of the file. */
export interface RewriteWords {
  prefix?: readonly PathRewriteConfig[] | undefined;
  path?: readonly PathRewriteConfig[] | undefined;
  query?: readonly PathRewriteConfig[] | undefined;
  'set-query'?: string | undefined;
  host?: string | undefined;
  request?: EditWords | undefined;
  response?: EditWords | undefined;
  reverse?: RewriteConfig['reverse'] | undefined;
  'cookie-domain'?: Pairs | undefined;
  'cookie-path'?: Pairs | undefined;
  docroot?: string | undefined;
  'script-name'?: string | undefined;
  'path-info'?: string | undefined;
}

/** What is done to fields. */
export interface EditWords {
  set?: Pairs | undefined;
  add?: Pairs | undefined;
  remove?: readonly string[] | undefined;
}

/** What is there, and what takes its place. */
export type Pairs = readonly (readonly [from: string, to: string])[];
