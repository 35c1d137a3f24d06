import { createServer, type Socket } from 'node:net';
import { type HoldingState, type Order, report } from './messages.ts';

/** A backend that answers `/small` and never answers anything else; tells how many requests it holds. */
const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

let held = 0;

function serve(socket: Socket): void {
  let text = '';
  let holds = 0;
  socket.on('data', chunk => {
    text += chunk.toString('latin1');
    for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
      if (text.startsWith('GET /small ')) socket.write(ANSWER);
      else {
        holds++;
        held++;
      }
      text = text.slice(end + 4);
    }
  });
  socket.on('close', () => {
    held -= holds;
  });
  socket.on('error', () => socket.destroy());
}

const server = createServer(serve);

function state(): HoldingState {
  const address = server.address();
  return { port: typeof address === 'object' && address !== null ? address.port : 0, held };
}

server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, () => report(state()));
process.on('message', (_order: Order) => report(state()));
process.on('disconnect', () => process.exit());
