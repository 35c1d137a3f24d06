import type { Exchange, RequestEditor } from '../exchange.ts';
import type { ScriptNames } from '../protocol.ts';
import type { Change, ExplainedRewrite } from './explanation.ts';
import { linesOf } from './recorded-answer.ts';

/** Has a request changed by its route, and says what that came to; null: nothing. May throw GatewayError. */
export function rewritten(exchange: Exchange, editor: RequestEditor | null): ExplainedRewrite | null {
  if (editor === null) return null;
  const { method, target, host, fields } = exchange;
  editor.apply(exchange);
  const before = linesOf(fields);
  const after = linesOf(exchange.fields);
  const rewrite = {
    method: changed(method, exchange.method),
    target: changed(target, exchange.target),
    host: changed(host, exchange.host),
    removed: without(before, after),
    added: without(after, before),
    variables: variablesOf(exchange.scriptNames),
  };
  const any = rewrite.method ?? rewrite.target ?? rewrite.host;
  const lines = rewrite.removed.length + rewrite.added.length + rewrite.variables.length;
  return any === null && lines === 0 ? null : rewrite;
}

function variablesOf(names: ScriptNames | null): string[] {
  if (names === null) return [];
  const { docroot, scriptName, pathInfo } = names;
  return [
    ...(docroot === '' ? [] : [`DOCUMENT_ROOT=${docroot}`]),
    ...(scriptName === '' ? [] : [`SCRIPT_NAME=${scriptName}`]),
    ...(pathInfo === undefined ? [] : [`PATH_INFO=${pathInfo}`]),
  ];
}

function changed(before: string, after: string): Change | null {
  return before === after ? null : [before, after];
}

/** Lines that are there more often than among others, as often as they are. */
function without(lines: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return lines.filter(line => {
    const at = left.indexOf(line);
    if (at !== -1) left.splice(at, 1);
    return at === -1;
  });
}
