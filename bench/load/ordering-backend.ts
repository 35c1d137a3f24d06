import { createServer, type Socket } from 'node:net';
import { type Order, type OrderingState, report } from './messages.ts';

/** A backend that answers `/held/0`, `/held/1` and so on, and tells how far from its place one of them came. */
const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

let seen = 0;
let displaced = 0;

function serve(socket: Socket): void {
  let text = '';
  socket.setNoDelay(true);
  socket.on('data', chunk => {
    text += chunk.toString('latin1');
    for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
      const number = Number(/^GET \/held\/(\d+) /.exec(text)?.[1] ?? Number.NaN);
      displaced = Math.max(displaced, Math.abs(number - seen++));
      text = text.slice(end + 4);
      socket.write(ANSWER);
    }
  });
  socket.on('error', () => socket.destroy());
}

const server = createServer(serve);

function state(): OrderingState {
  const address = server.address();
  return { port: typeof address === 'object' && address !== null ? address.port : 0, seen, displaced };
}

server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, () => report(state()));
process.on('message', (_order: Order) => report(state()));
process.on('disconnect', () => process.exit());
