import type { GatewayStatus } from '../../gateway-status.ts';
import { certificateLines } from './certificate-lines.ts';
import { bytes, count, rate, several, time } from './figures.ts';
import { nameLines } from './name-lines.ts';
import { type Paper, painted, wrapped } from './paper.ts';
import { holdWords, poolLines } from './pool-lines.ts';
import { table } from './table.ts';

/** All that a gateway says of itself, for people. */
export function statusLines(status: GatewayStatus, paper: Paper): string[] {
  return [
    ...headLines(status, paper),
    ...routeLines(status, paper),
    ...status.pools.flatMap(pool => ['', ...poolLines(pool, paper)]),
    ...nameLines(status.names, paper),
    ...applicationLines(status, paper),
  ];
}

/** The gateway as a whole, in a line or two. */
export function headLines(status: GatewayStatus, paper: Paper): string[] {
  const { pid, uptime, memory, draining, exchanges, traffic, listeners, spool } = status;
  const connections = listeners.reduce((sum, listener) => sum + listener.connections, 0);
  const [first, ...more] = wrapped(
    [
      `sluice, process ${pid}`,
      `up ${time(uptime)}`,
      `${bytes(memory)} of memory`,
      several(connections, 'client connection'),
      `${count(exchanges.underWay)} under way`,
      `${rate(traffic.rates.ended.s10)} requests/s`,
      `${rate(traffic.rates.errors.s10)} errors/s`,
      ...(spool.used === 0 ? [] : [`${bytes(spool.used)} in the spool`]),
      ...(draining ? ['draining'] : []),
    ],
    '',
    paper,
  );
  return [painted(first!, 'title', paper), ...more, ...listenerLines(status, paper)];
}

function listenerLines({ listeners }: GatewayStatus, paper: Paper): string[] {
  const addresses = listeners.map(
    ({ address, connections, turnedAway }) =>
      `${address} (${connections}${turnedAway === 0 ? '' : `, ${count(turnedAway)} turned away`})`,
  );
  return [...wrapped(addresses, '  ', paper), ...certificateLines(listeners, paper)];
}

function routeLines({ routes }: GatewayStatus, paper: Paper): string[] {
  return routes.flatMap(({ name, hold }) =>
    hold === null
      ? []
      : wrapped([`route ${name}: ${holdWords(hold)[0]}`, ...holdWords(hold).slice(1)], '', paper).map(line =>
          painted(line, 'doubtful', paper),
        ),
  );
}

function applicationLines({ applications }: GatewayStatus, paper: Paper): string[] {
  return applications.flatMap(({ pool, processes }) => [
    '',
    painted(`application of pool ${pool}`, 'title', paper),
    ...table(
      [
        { title: 'PROCESS', align: 'left', rank: 9, text: ({ name }) => name },
        { title: 'STATE', align: 'left', rank: 8, text: ({ state }) => state },
        { title: 'SINCE', align: 'right', rank: 7, text: ({ sinceMs }) => time(sinceMs) },
        { title: 'PID', align: 'right', rank: 6, text: ({ pid }) => (pid === null ? '-' : String(pid)) },
        { title: 'RESTARTS', align: 'right', rank: 5, text: ({ restarts }) => count(restarts) },
      ],
      processes,
      paper.width - 2,
    ).map(line => `  ${line}`),
  ]);
}
