import { spawn } from 'node:child_process';
import { createServer } from 'node:http';

/**
 * An application for tests of supervision: HTTP on SOCKET or PORT. It answers with its process number, and its path says
 * what else it is to do.
 */
const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url!, 'http://app');
  if (pathname === '/exit') process.exit(Number(searchParams.get('status')));
  if (pathname === '/environment') {
    response.end(
      JSON.stringify({
        environment: process.env,
        directory: process.cwd(),
        arguments: process.argv.slice(2),
      }),
    );
  } else if (pathname === '/deaf') {
    response.end('deaf', () => server.close(() => setTimeout(listen, Number(searchParams.get('ms')))));
    response.shouldKeepAlive = false;
  } else if (pathname === '/child') {
    response.end(String(spawn('sleep', ['600'], { stdio: 'ignore' }).pid));
  } else if (pathname === '/print') {
    const [lines, text] = [Number(searchParams.get('lines') ?? 1), searchParams.get('text')];
    for (let i = 0; i < lines; i++) process.stdout.write(`${text} ${i}\n`);
    response.end('printed');
  } else setTimeout(() => response.end(String(process.pid)), Number(searchParams.get('ms') ?? 0));
});

process.on('SIGTERM', () => {
  if (process.env['STUBBORN'] === undefined) process.exit(0);
});

listen();

function listen(): void {
  const { SOCKET, PORT } = process.env;
  server.listen(SOCKET === undefined ? { host: '127.0.0.1', port: Number(PORT) } : { path: SOCKET });
}
