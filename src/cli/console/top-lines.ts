import type { GatewayStatus } from '../../gateway-status.ts';
import { age, bytes, count, rate, several, time } from './figures.ts';
import { type EndpointFlow, type Flow, Flows, type PoolFlow } from './flow.ts';
import { type Paper, painted, wrapped } from './paper.ts';
import { gateOf, upOf } from './pools.ts';
import { type Column, shortened, table } from './table.ts';

/** What endpoints are sorted by, and the key for it. */
export const ORDERS = { r: 'requests', e: 'errors', b: 'busy', l: 'latency', n: 'name' } as const;

export type OrderKey = keyof typeof ORDERS;

/** What there is to draw. */
export interface Look {
  readonly status: GatewayStatus;
  /** The look before; undefined: this is the first one. */
  readonly before: GatewayStatus | undefined;
  readonly order: OrderKey;
  /** What is wrong with the connection to the gateway; empty: nothing. */
  readonly trouble: string;
}

const POOLS: readonly Column<PoolFlow>[] = [
  { title: 'POOL', align: 'left', rank: 9, most: 24, text: ({ pool }) => pool.name },
  { title: 'UP', align: 'right', rank: 8, text: ({ pool }) => upOf(pool) },
  { title: 'GATE', align: 'left', rank: 7, text: ({ pool }) => gateOf(pool) },
  { title: 'BUSY', align: 'right', rank: 6, text: ({ pool }) => count(pool.inFlight) },
  { title: 'QUEUED', align: 'right', rank: 5, text: ({ pool }) => count(pool.queued) },
  ...flowColumns<PoolFlow>(),
  { title: 'P50', align: 'right', rank: 2, text: ({ pool }) => shown(pool.exchanges.latency.firstByte?.p50) },
  { title: 'P99', align: 'right', rank: 3, text: ({ pool }) => shown(pool.exchanges.latency.firstByte?.p99) },
];

const ENDPOINTS: readonly Column<EndpointFlow>[] = [
  { title: 'ENDPOINT', align: 'left', rank: 9, most: 30, text: nameOf },
  { title: 'STATE', align: 'left', rank: 8, text: ({ endpoint }) => endpoint.state },
  { title: 'SINCE', align: 'right', rank: 1, text: ({ endpoint }) => age(endpoint.stateMs) },
  { title: 'BUSY', align: 'right', rank: 7, text: ({ endpoint }) => count(endpoint.inFlight) },
  ...flowColumns<EndpointFlow>(),
  {
    title: 'P50',
    align: 'right',
    rank: 2,
    text: ({ endpoint }) => shown(endpoint.attempts.latency.firstByte?.p50),
  },
  {
    title: 'P99',
    align: 'right',
    rank: 3,
    text: ({ endpoint }) => shown(endpoint.attempts.latency.firstByte?.p99),
  },
];

/** The lines of a look, the busiest endpoints first. */
export function topLines({ status, before, order, trouble }: Look, paper: Paper, rows: number): string[] {
  const flows = new Flows(before, status);
  const endpoints = sorted(flows.endpoints(status), order);
  const head = [
    ...headLines(status, flows.total(status), paper),
    '',
    ...titled(table(POOLS, flows.pools(status), paper.width), paper),
    '',
  ];
  const room = Math.max(1, rows - head.length - 2);
  const [title, ...lines] = table(ENDPOINTS, endpoints.slice(0, room), paper.width, (text, { title }, row) =>
    title === 'STATE' && row.endpoint.state !== 'up' ? painted(text, 'bad', paper) : text,
  );
  return [
    ...head,
    painted(title!, 'faint', paper),
    ...lines,
    lastLine(endpoints.length - lines.length, order, trouble, paper),
  ];
}

function headLines(status: GatewayStatus, flow: Flow, paper: Paper): string[] {
  const { pid, uptime, memory, exchanges, listeners, draining } = status;
  const connections = listeners.reduce((sum, listener) => sum + listener.connections, 0);
  const [first, ...more] = wrapped(
    [
      `sluice, process ${pid}`,
      `up ${time(uptime)}`,
      several(connections, 'connection'),
      `${count(exchanges.underWay)} under way`,
      `${rate(flow.requests)} requests/s`,
      `${rate(flow.errors)} errors/s`,
      `in ${bytes(flow.bytesIn)}/s`,
      `out ${bytes(flow.bytesOut)}/s`,
      `${bytes(memory)} of memory`,
      ...(draining ? ['draining'] : []),
    ],
    '',
    paper,
  );
  return [painted(first!, 'title', paper), ...more];
}

function lastLine(more: number, order: OrderKey, trouble: string, paper: Paper): string {
  if (trouble !== '') return painted(shortened(trouble, paper.width), 'bad', paper);
  const keys = Object.entries(ORDERS).map(([key, word]) =>
    key === order ? `${key} ${word} *` : `${key} ${word}`,
  );
  const words = [...(more > 0 ? [`${more} more`] : []), `sorted by: ${keys.join(', ')}`, 'q quit'];
  return painted(words.join('; ').slice(0, paper.width), 'faint', paper);
}

function sorted(endpoints: readonly EndpointFlow[], order: OrderKey): EndpointFlow[] {
  const weight = {
    r: (row: EndpointFlow) => row.requests,
    e: (row: EndpointFlow) => row.errors,
    b: (row: EndpointFlow) => row.endpoint.inFlight,
    l: (row: EndpointFlow) => row.endpoint.attempts.latency.firstByte?.p99 ?? 0,
    n: () => 0,
  }[order];
  return endpoints.toSorted((a, b) => weight(b) - weight(a) || (nameOf(a) < nameOf(b) ? -1 : 1));
}

function nameOf({ pool, endpoint }: EndpointFlow): string {
  return `${pool}/${endpoint.name}`;
}

function flowColumns<Row extends Flow>(): readonly Column<Row>[] {
  return [
    { title: 'REQ/S', align: 'right', rank: 6, text: ({ requests }) => rate(requests) },
    { title: 'ERR/S', align: 'right', rank: 4, text: ({ errors }) => rate(errors) },
    { title: 'IN/S', align: 'right', rank: 0, text: ({ bytesIn }) => bytes(bytesIn) },
    { title: 'OUT/S', align: 'right', rank: 1, text: ({ bytesOut }) => bytes(bytesOut) },
  ];
}

function titled([title, ...lines]: readonly string[], paper: Paper): string[] {
  return [painted(title!, 'faint', paper), ...lines];
}

function shown(milliseconds: number | undefined): string {
  return milliseconds === undefined ? '-' : time(milliseconds);
}
