import { connect } from 'node:net';
import { type Order, type PulseState, report } from './messages.ts';

/**
 * A few clients that ask again and again, with a rest after each answer, and tell how long answers take; started by the
 * bench as `pulse.ts PORT PATH CLIENTS`.
 */
const [port, path, clients] = process.argv.slice(2) as [string, string, string];

/** Between an answer and the next request, in milliseconds: the gateway is to have spare time. */
const REST = 5;

let times: number[] = [];
let failures = 0;

function beat(): void {
  let askedAt = 0;
  const socket = connect({ host: '127.0.0.1', port: Number(port), noDelay: true });
  const ask = () => {
    askedAt = performance.now();
    socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
  };
  socket.once('connect', ask);
  socket.on('data', data => {
    times.push(performance.now() - askedAt);
    if (data.toString('latin1', 0, 12) !== 'HTTP/1.1 200') failures++;
    setTimeout(ask, REST);
  });
  socket.once('error', () => socket.destroy());
  socket.once('close', () => {
    failures++;
  });
}

function state(): PulseState {
  const sorted = Float64Array.from(times).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { count: times.length, p50: at(0.5), p99: at(0.99), max: at(1), failures };
}

for (let i = 0; i < Number(clients); i++) beat();

process.on('message', ({ order }: Order) => {
  report(state());
  if (order === 'begin') times = [];
});
process.on('disconnect', () => process.exit());
