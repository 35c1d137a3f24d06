import type { Change, ExplainedAnswerRewrite, ExplainedRewrite } from '../explain/explanation.ts';
import { shownBytes as shown } from './shown-bytes.ts';

/** What a route changes in a request, a line each. */
export function rewriteLines({
  method,
  target,
  host,
  removed,
  added,
  variables,
}: ExplainedRewrite): string[] {
  return [
    ...changeLine('method', method),
    ...changeLine('target', target),
    ...changeLine('host', host),
    ...removed.map(line => `without ${shown(line)}`),
    ...added.map(line => `with ${shown(line)}`),
    ...variables.map(line => `told ${shown(line)}`),
  ];
}

function changeLine(what: string, change: Change | null): string[] {
  return change === null ? [] : [`${what} ${shown(change[0])} -> ${shown(change[1]) || '(nothing)'}`];
}

/** What a route changes in the answer, a line each. */
export function answerRewriteLines({
  removed,
  added,
  urls,
  cookieDomains,
  cookiePaths,
  examples,
}: ExplainedAnswerRewrite): string[] {
  return [
    ...removed.map(name => `without ${shown(name)} of the backend`),
    ...added.map(line => `with ${shown(line)}`),
    ...urls.flatMap(change => changeLine('URLs in Location and the like that begin with', change)),
    ...cookieDomains.flatMap(change => changeLine('cookies with Domain', change)),
    ...cookiePaths.flatMap(change => changeLine('cookies with Path', change)),
    ...examples.flatMap(change => changeLine('for example', change)),
  ];
}
