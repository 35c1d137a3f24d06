import { age, bytes, count, rate, several, time } from './figures.ts';
import { type Mood, type Paper, painted, wrapped } from './paper.ts';
import type { EndpointState, EndpointStatus } from './shapes.ts';
import { type Column, table } from './table.ts';

const INDENT = '  ';

const MOODS: Readonly<Record<EndpointState, Mood | undefined>> = {
  up: undefined,
  probing: 'doubtful',
  draining: 'doubtful',
  leaving: 'doubtful',
  absent: 'doubtful',
  disabled: 'doubtful',
  ejected: 'bad',
  down: 'bad',
};

const COLUMNS: readonly Column<EndpointStatus>[] = [
  left('ENDPOINT', 99, nameWords, 34),
  left('STATE', 98, ({ state }) => state),
  right('SINCE', 96, ({ stateMs }) => age(stateMs)),
  right('BUSY', 97, ({ inFlight, maxConns }) =>
    maxConns === null ? count(inFlight) : `${inFlight}/${maxConns}`,
  ),
  right('IDLE', 50, ({ idleConnections }) => count(idleConnections)),
  right('REQ/S', 95, ({ attempts }) => rate(attempts.rates.ended.s10)),
  right('ERR/S', 90, ({ attempts }) => rate(attempts.rates.errors.s10)),
  right('P50', 80, ({ attempts }) => quantile(attempts.latency.firstByte?.p50)),
  right('P90', 70, ({ attempts }) => quantile(attempts.latency.firstByte?.p90)),
  right('P99', 85, ({ attempts }) => quantile(attempts.latency.firstByte?.p99)),
  right('REQUESTS', 40, ({ attempts }) => count(attempts.ended)),
  right('IN', 60, ({ attempts }) => bytes(attempts.requestBytes)),
  right('OUT', 61, ({ attempts }) => bytes(attempts.answerBytes)),
  right('EJECTED', 45, ({ attempts }) => count(attempts.ejections)),
];

/** The endpoints of a pool, one a line; under each that is not simply up, why. */
export function endpointLines(endpoints: readonly EndpointStatus[], paper: Paper): string[] {
  const [title, ...lines] = table(COLUMNS, endpoints, paper.width - INDENT.length, (text, column, row) =>
    column.title === 'STATE' ? painted(text, MOODS[row.state], paper) : text,
  );
  return [
    INDENT + painted(title!, 'faint', paper),
    ...lines.flatMap((line, i) => [INDENT + line, ...reasonLines(endpoints[i]!, paper)]),
  ];
}

function reasonLines(endpoint: EndpointStatus, paper: Paper): string[] {
  const { state, why, restMs, fails, check, ramp, weight, tunnels, tls } = endpoint;
  const words: string[] = [];
  if (state !== 'up' && why !== '') words.push(why);
  if (state === 'ejected' && restMs > 0) words.push(`tried again in ${time(restMs)}`);
  if (state !== 'up' && fails > 1 && !why.includes('failures in a row'))
    words.push(`${fails} failures in a row`);
  if (check !== null && !check.passed && !why.includes(check.words)) {
    words.push(`check ${age(check.agoMs)} ago: ${check.words}`);
  }
  if (tls === 'insecure') words.push('insecure: its certificate is not checked');
  if (weight !== 1) words.push(`weight ${weight}`);
  if (ramp < 1) words.push(`at ${Math.round(ramp * 100)} % of its weight, starting slowly`);
  if (tunnels > 0) words.push(several(tunnels, 'tunnel'));
  return wrapped(words, INDENT + INDENT, paper).map(line => painted(line, 'faint', paper));
}

/** A mark shows who has no requests because others have them. */
function nameWords({ name, backup, tier }: EndpointStatus): string {
  if (backup) return `${name} (backup)`;
  if (tier === 0) return name;
  return tier === 1 ? `${name} (spare)` : `${name} (spare ${tier})`;
}

function quantile(milliseconds: number | undefined): string {
  return milliseconds === undefined ? '-' : time(milliseconds);
}

function left(
  title: string,
  rank: number,
  text: (row: EndpointStatus) => string,
  most?: number,
): Column<EndpointStatus> {
  return { title, align: 'left', rank, text, ...(most === undefined ? {} : { most }) };
}

function right(title: string, rank: number, text: (row: EndpointStatus) => string): Column<EndpointStatus> {
  return { title, align: 'right', rank, text };
}
