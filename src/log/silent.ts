import type { Log } from './log.ts';

/** A log that nobody reads. */
export const SILENT: Log = {
  accessEnabled: false,
  access() {},
  debug() {},
  info() {},
  warn() {},
  error() {},
  flush: () => Promise.resolve(),
};
