import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { demoPage } from './demo-links.ts';

const SLOW = 2000;
const EVENTS = 5;
const EVENT_PACE = 1000;

type Route = (request: IncomingMessage, response: ServerResponse, name: string) => void;

const ROUTES: Readonly<Record<string, Route>> = {
  '/': greet,
  '/slow': (_, response, name) => {
    const timer = setTimeout(() => send(response, `Sorry for the delay, this is ${name}.\n`), SLOW);
    response.on('close', () => clearTimeout(timer));
  },
  '/stream': stream,
  '/echo': echo,
};

/** Starts a small HTTP server on a free port of 127.0.0.1; its URL. It ends with the process, and keeps no process alive. */
export function startDemoBackend(name: string): Promise<string> {
  const server = createServer((request, response) => {
    const path = request.url!.split('?')[0]!;
    const route = Object.hasOwn(ROUTES, path) ? ROUTES[path] : undefined;
    if (route === undefined) send(response, `${name} knows ${Object.keys(ROUTES).join(', ')}.\n`, 404);
    else route(request, response, name);
  });
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      // What keeps the process alive is the gateway: if it cannot listen, all ends.
      server.unref();
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    });
  });
}

function greet(request: IncomingMessage, response: ServerResponse, name: string): void {
  const html = request.headers.accept?.includes('text/html') === true;
  send(response, demoPage(`Hello, this is ${name}.`, html), 200, html ? 'text/html' : 'text/plain');
}

function send(response: ServerResponse, text: string, status = 200, type = 'text/plain'): void {
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text) });
  response.end(text);
}

function stream(_: IncomingMessage, response: ServerResponse, name: string): void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  let sent = 0;
  const tick = (): void => {
    sent++;
    response.write(`data: event ${sent} of ${EVENTS} from ${name}\n\n`);
    if (sent < EVENTS) return;
    clearInterval(timer);
    response.end();
  };
  const timer = setInterval(tick, EVENT_PACE);
  response.on('close', () => clearInterval(timer));
  tick();
}

/** Answers with the head as it was received, and streams the body back. */
function echo(request: IncomingMessage, response: ServerResponse, name: string): void {
  const { method, url, httpVersion, rawHeaders } = request;
  response.writeHead(200, { 'Content-Type': 'text/plain' });
  response.write(`${name} received:\n\n${method} ${url} HTTP/${httpVersion}\n`);
  for (let i = 0; i < rawHeaders.length; i += 2) response.write(`${rawHeaders[i]}: ${rawHeaders[i + 1]}\n`);
  response.write('\n');
  request.pipe(response);
}
