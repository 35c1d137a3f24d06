import type { Config } from '../config/config.ts';
import { formatSize } from '../config/size.ts';
import type { Candidate, ExplainedAnswer, Explanation } from '../explain/explanation.ts';
import { poolLines } from './pool-summary.ts';
import { answerRewriteLines, rewriteLines } from './rewrite-words.ts';
import { shownBytes as shown } from './shown-bytes.ts';

/** What would become of a request, in words; control characters in what came from it are shown, never printed. */
export function explanationWords(explanation: Explanation, config: Config): string {
  const { passedOver, rewrite, answerRewrite, notes, candidates, answer } = explanation;
  return [
    requestLine(explanation.request),
    ...section('Its path may be taken for', explanation.readings.map(shown)),
    ...section(
      'Routes passed over',
      passedOver.map(({ route, because }) => `${route}: only for ${because}`),
    ),
    ...(config.routes.length === 0 ? [] : routeLines(explanation)),
    ...section('Rewritten', rewrite === null ? [] : rewriteLines(rewrite)),
    ...section('Changed in the answer', answerRewrite === null ? [] : answerRewriteLines(answerRewrite)),
    ...poolSection(explanation, config),
    ...section('Beside that', notes),
    ...section('Candidates, the first to be tried first', candidates.map(candidateLine)),
    ...(answer === null ? [] : answerLines(answer)),
  ].join('\n');
}

function requestLine(request: Explanation['request']): string {
  if (request === null) return 'The request cannot be read.';
  const { method, host, target, client, secure } = request;
  return `${shown(method)} ${shown(target)} for ${host === '' ? 'no host' : shown(host)}, from ${client}, ${secure ? 'by TLS' : 'without TLS'}`;
}

function routeLines({ route, matches, captures }: Explanation): string[] {
  if (route === null) return [];
  const groups = captures.slice(1).map((text, i) => `$${i + 1} = ${shown(text)}`);
  if (route === '') return ['Route: none matches, so it goes where all that is left goes'];
  return [`Route: ${route} (${matches})`, ...section('Captured', groups)];
}

function poolSection({ pool }: Explanation, config: Config): string[] {
  const found = config.pools.find(({ name }) => name === pool);
  if (found === undefined) return [];
  const [first, ...more] = poolLines(found, true, () => undefined);
  return [`Pool ${first}`, ...more, `  ${requestLimits(config)}`];
}

function requestLimits({ limits }: Config): string {
  const { headBytes, fieldCount, bodyBytes } = limits;
  const body = Number.isFinite(bodyBytes) ? `up to ${formatSize(bodyBytes)}` : 'of any length';
  return `requests: a head up to ${formatSize(headBytes)} with ${fieldCount} fields, a body ${body}`;
}

function candidateLine({ name, backend, address, reserve }: Candidate, i: number): string {
  const where = backend.endsWith(`//${address}`) ? '' : ` at ${address}`;
  const called = backend.endsWith(`//${name}`) || name === address ? '' : `, named ${name}`;
  return `${i + 1}. ${backend}${where}${called}${reserve ? ', while nothing before it is up' : ''}`;
}

function answerLines({ status, fields, body, reason }: ExplainedAnswer): string[] {
  const why = reason === '' ? '' : `: ${shown(reason)}`;
  const lines = body.split('\n').filter(line => line !== '');
  return [
    `The gateway answers ${status} itself${why}`,
    ...[...fields, ...lines].map(line => `  ${shown(line)}`),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines.map(line => `  ${line}`)];
}
