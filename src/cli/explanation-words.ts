import type { Config } from '../config/config.ts';
import { formatSize } from '../config/size.ts';
import type { Candidate, ExplainedAnswer, Explanation, PassedOver } from '../explain/explanation.ts';
import { leadLines } from './direction-summary.ts';
import { poolLines } from './pool-summary.ts';
import { answerRewriteLines, rewriteLines } from './rewrite-words.ts';
import { shownBytes as shown } from './shown-bytes.ts';

/** So many routes that were passed over are named in words. */
const MOST_PASSED_OVER = 10;

/** What would become of a request, in words; control characters in what came from it are shown, never printed. */
export function explanationWords(explanation: Explanation, config: Config): string {
  const { passedOver, rewrite, answerRewrite, notes, candidates, answer } = explanation;
  return [
    requestLine(explanation.request),
    ...section('Its path may be taken for', explanation.readings.map(shown)),
    ...section('Routes passed over', passedOverLines(passedOver)),
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

/** Those that came nearest, in their order, and how many others there are. */
function passedOverLines(all: readonly PassedOver[]): string[] {
  // The sort is stable: among equals, those right before the route that matches come first.
  const nearest = new Set(
    [...all]
      .reverse()
      .sort((a, b) => b.held - a.held)
      .slice(0, MOST_PASSED_OVER),
  );
  const lines = all
    .filter(one => nearest.has(one))
    .map(({ route, because }) => `${route}: ${restriction(because)}`);
  const others = all.length - lines.length;
  if (others > 0) lines.push(`and ${others === 1 ? '1 other' : `${others} others`}; --json names them all`);
  return lines;
}

function restriction(because: string): string {
  if (because.startsWith('not ')) return because.replace('not ', 'not for ');
  return /^with(?:out)? /.test(because) ? `only ${because}` : `only for ${because}`;
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
  // Where clients are led to is among the notes.
  const led = leadLines(found);
  const rest = more.filter(line => !led.includes(line.trim()));
  return [`Pool ${first}`, ...rest, `  ${requestLimits(config)}`];
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
