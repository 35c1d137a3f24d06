import type { ErrorPageConfig } from '../config.ts';
import { formatStatuses } from '../statuses.ts';

/** A page as a flag says it; the text of one that is no file is not shown. */
export function formatErrorPage({ statuses, file, intercept }: ErrorPageConfig): string {
  return `${formatStatuses(statuses)}=${file || 'a text'}${intercept ? ',intercept' : ''}`;
}
