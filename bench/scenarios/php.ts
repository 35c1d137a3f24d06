import { startGateway } from '../gateway.ts';
import { LOAD_COLUMNS, LoadTrial } from '../load-trial.ts';
import type { Column } from '../measurement.ts';
import type { Peer } from '../peers/peer.ts';
import { type PhpFpm, startPhpFpm } from '../php-fpm.ts';
import type { Bench, Scenario } from './scenario.ts';

const WORKERS = 8;

/** What wrk takes by itself: whoever waits that long has left. */
const TIMEOUT = 2;

const COLUMNS: readonly Column[] = [
  ...LOAD_COLUMNS.map(column => (column.key === 'p99' ? { ...column, ratio: true } : column)),
  { key: 'failed', title: 'failed or late', digits: 0, ratio: false },
];

/** Scenarios with a small script on a PHP-FPM of each peer's own. */
export const PHP: readonly Scenario[] = [php(8), php(64)];

function php(connections: number): Scenario {
  return {
    name: `fpm-${connections}`,
    title: `a PHP script of one line, ${WORKERS} workers of PHP-FPM, ${connections} connections`,
    columns: COLUMNS,
    needs: ['php-fpm'],
    takes: peer => peer.php !== undefined,
    open: (peer, bench) => open(peer, bench, connections),
  };
}

function open(peer: Peer, bench: Bench, connections: number): LoadTrial {
  const { folder, seconds, fileLimit } = bench;
  let fpm: PhpFpm | undefined;
  return new LoadTrial({
    path: '/hello.php',
    length: 14,
    connections,
    uploads: false,
    timeout: TIMEOUT,
    seconds,
    warmUp: peer.warmUp,
    countsFailures: true,
    folder,
    async start() {
      if (fpm?.program.alive !== true) fpm = await startPhpFpm(folder, WORKERS);
      const { socket, root } = fpm;
      return startGateway(peer.name, folder, lodging =>
        peer.php!({ ...lodging, socket, root, workers: WORKERS, fileLimit }),
      );
    },
    async close() {
      await fpm?.program.stop();
    },
  });
}
