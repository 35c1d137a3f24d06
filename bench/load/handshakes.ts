import { connect, type TLSSocket } from 'node:tls';
import { type HandshakesState, type Order, report } from './messages.ts';

/**
 * Clients that connect by TLS 1.3, make one request, close, and begin anew; started by the bench as
 * `handshakes.ts PORT PATH CLIENTS HOW`, where HOW is `new` or `resumed`: whether each connection takes up a session.
 */
const [port, path, clients, how] = process.argv.slice(2) as [string, string, string, 'new' | 'resumed'];

let times: number[] = [];
let failures: Record<string, number> = {};
let resumed = 0;

/** One connection from its begin to its end; then the next, with the last session that was given. */
function visit(session: Buffer | undefined): void {
  const begunAt = performance.now();
  let given = session;
  let text = '';
  let over = false;
  const done = (failure: string | undefined): void => {
    if (over) return;
    over = true;
    if (failure === undefined) times.push(performance.now() - begunAt);
    else failures[failure] = (failures[failure] ?? 0) + 1;
    socket.destroy();
    // A gateway that refuses at once shall not be asked without a pause.
    if (failure === undefined) visit(how === 'resumed' ? given : undefined);
    else setTimeout(visit, 10, undefined);
  };
  const socket: TLSSocket = connect({
    host: '127.0.0.1',
    port: Number(port),
    servername: 'localhost',
    rejectUnauthorized: false,
    minVersion: 'TLSv1.3',
    ...(session === undefined ? {} : { session }),
  });
  socket
    .once('secureConnect', () => {
      if (socket.isSessionReused()) resumed++;
      socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    })
    .on('session', (next: Buffer) => {
      given = next;
    })
    .on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      const end = text.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(text)?.[1] ?? Number.NaN);
      if (!text.startsWith('HTTP/1.1 200')) done(`answered ${text.slice(9, 12)}`);
      else if (text.length - end - 4 >= length) done(undefined);
    })
    .on('error', error => done((error as NodeJS.ErrnoException).code ?? error.message))
    .once('close', () => done('closed by the gateway'));
}

function state(): HandshakesState {
  const sorted = Float64Array.from(times).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { count: times.length, p50: at(0.5), p99: at(0.99), resumed, failures };
}

for (let i = 0; i < Number(clients); i++) visit(undefined);

process.on('message', ({ order }: Order) => {
  report(state());
  if (order !== 'begin') return;
  times = [];
  failures = {};
  resumed = 0;
});
process.on('disconnect', () => process.exit());
