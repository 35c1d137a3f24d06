import { createServer } from 'node:net';
import type { Command } from 'commander';
import { parseConfigFile } from '../config/config-file.ts';
import { configOf } from '../config/load.ts';
import type { Gateway } from '../gateway.ts';
import { startDemoApplication } from './demo-application.ts';
import { startDemoBackend } from './demo-backend.ts';
import { demoCertificate } from './demo-certificate.ts';
import { startDemoPrograms } from './demo-cgi.ts';
import { demoFcgi } from './demo-fcgi.ts';
import { demoScgi } from './demo-scgi.ts';
import { demoUwsgi } from './demo-uwsgi.ts';
import { Failure } from './usage-error.ts';

const USUAL = '127.0.0.1:8080';

/** Where TLS is spoken, or at any free port if that is taken. */
const HOST = '127.0.0.1';
const TLS_PORT = 8443;

/** The HTTP servers and their weights: the first gets three requests of six. */
const SERVERS = [
  ['apple', 3],
  ['pear', 2],
  ['plum', 1],
] as const;

const APPLICATIONS = [demoFcgi, demoScgi, demoUwsgi];

/** Adds `demo`: small built-in backends and a gateway in front, to try things with. */
export function addDemo(program: Command): void {
  program
    .command('demo')
    .description(
      'start small built-in backends for every protocol and a gateway in front, and say what to try',
    )
    .option('-l, --listen <ADDR>', `where to listen (default: ${USUAL}, or any free port if that is taken)`)
    .option('--no-tls', `do without https on ${HOST}:${TLS_PORT}, with a certificate made for the occasion`)
    .action(demo);
}

async function demo({ listen, tls }: { listen?: string; tls: boolean }): Promise<void> {
  const gateway = await start(await configuration(), await places(listen, tls));
  const [address, secure] = gateway.addresses as [string, string?];
  process.stdout.write(guide(address, secure));
}

/** Where to listen, and where if that cannot be. */
async function places(listen: string | undefined, tls: boolean): Promise<string[][]> {
  const other = listen ?? `${HOST}:0`;
  if (!tls) return [[listen ?? USUAL], [other]];
  const options = await demoCertificate();
  const port = (await isFree(TLS_PORT)) ? TLS_PORT : 0;
  return [
    [listen ?? USUAL, `${HOST}:${port},${options}`],
    [other, `${HOST}:0,${options}`],
  ];
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise(resolve => {
    server.once('error', () => resolve(false));
    server.listen(port, HOST, () => server.close(() => resolve(true)));
  });
}

/** Starts every backend; a configuration file that puts them behind a gateway. */
async function configuration(): Promise<string> {
  const servers = await Promise.all(
    SERVERS.map(async ([name, weight]) => `${await startDemoBackend(name)},name=${name},weight=${weight}`),
  );
  const applications = await Promise.all(APPLICATIONS.map(startDemoApplication));
  const mounted = [...applications, startDemoPrograms()].map(url => [url.split(':')[0]!, url] as const);
  return `
pools:
  default: { backends: ${JSON.stringify(servers)}, balance: round-robin }
${mounted.map(([name, url]) => `  ${name}: { backends: ${JSON.stringify(url)}, mount: /${name} }`).join('\n')}
routes:
${mounted.map(([name]) => `  - { match: { path: /${name}/* }, pool: ${name} }`).join('\n')}
  - { pool: default }
`;
}

async function start(file: string, [first, second]: readonly string[][]): Promise<Gateway> {
  const { runGateway } = await import('./run-gateway.ts');
  const run = (listen: string[]): Promise<Gateway> =>
    runGateway(configOf({ listen }, parseConfigFile('the demo', file), process.stdout.isTTY === true));
  try {
    return await run(first!);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return run(second!);
  }
}

function guide(address: string, secure: string | undefined): string {
  const unix = address.startsWith('unix:');
  const curl = unix ? `curl --unix-socket ${address.slice(5)}` : 'curl';
  const url = unix ? 'http://localhost' : address;
  return `
Three HTTP servers, ${SERVERS.map(([name, weight]) => `${name} (weight ${weight})`).join(', ')}, and applications that speak
FastCGI, SCGI, uwsgi and CGI stand behind ${address}. Try, or look at it in a browser:

  ${curl} ${url}/                          one of the servers answers; again, and another one does
  ${curl} ${url}/slow                      an answer that takes two seconds
  ${curl} -N ${url}/stream                 server-sent events, passed on one by one
  ${curl} -d 'hello' ${url}/echo           what the server saw of the request
  ${curl} ${url}/fcgi/variables            what an application is told over FastCGI; /scgi, /uwsgi and /cgi likewise
${secure === undefined ? '' : secureLine(secure)}
Each answer leaves a line here. Ctrl-C ends it; requests under way may finish.

`;
}

function secureLine(secure: string): string {
  const command = `curl -k ${secure}/`;
  return `  ${command.padEnd(51)}the same by TLS; its certificate was made just now, so a browser asks before it goes on
`;
}
