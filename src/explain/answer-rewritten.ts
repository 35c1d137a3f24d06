import type { RewriteConfig } from '../config/config.ts';
import type { Exchange } from '../exchange.ts';
import type { Change, ExplainedAnswerRewrite } from './explanation.ts';
import { linesOf } from './recorded-answer.ts';

/** Says what a route that has changed a request will change in the answer; null: nothing. */
export function answerRewritten(
  exchange: Exchange,
  config: RewriteConfig | undefined,
): ExplainedAnswerRewrite | null {
  const { editor } = exchange;
  if (config === undefined || editor === null) return null;
  const { response, reverse, cookieDomains, cookiePaths } = config;
  const edited = (fields: string) => linesOf(editor.edit(exchange, 200, fields));
  const rewrite = {
    removed: [...response.remove, ...response.set.map(([name]) => name)],
    added: edited(''),
    urls: reverse.pairs,
    cookieDomains,
    cookiePaths,
    examples: examplesFor(exchange).flatMap((line): Change[] => {
      // What is added comes last, and what is removed is no example.
      const [after] = edited(`${line}\r\n`);
      return after === undefined || after === line || !sameName(line, after) ? [] : [[line, after]];
    }),
  };
  return Object.values(rewrite).every(({ length }) => length === 0) ? null : rewrite;
}

/** Fields by which the backend might name itself and what it was asked for. */
function examplesFor({ host, target }: Exchange): string[] {
  const [path = '/'] = target.split('?', 1);
  return [
    `Location: http://${host}${path}`,
    `Location: ${path}`,
    `Set-Cookie: name=value; Path=${path}; Domain=${host.replace(/:\d*$/, '')}`,
  ];
}

function sameName(line: string, other: string): boolean {
  return line.slice(0, line.indexOf(':')) === other.slice(0, other.indexOf(':'));
}
