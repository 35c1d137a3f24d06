import type { Command } from 'commander';
import { parseConfigFile } from '../config/config-file.ts';
import { configOf } from '../config/load.ts';
import type { Gateway } from '../gateway.ts';
import { startDemoApplication } from './demo-application.ts';
import { startDemoBackend } from './demo-backend.ts';
import { startDemoPrograms } from './demo-cgi.ts';
import { demoFcgi } from './demo-fcgi.ts';
import { demoScgi } from './demo-scgi.ts';
import { demoUwsgi } from './demo-uwsgi.ts';
import { Failure } from './usage-error.ts';

const USUAL = '127.0.0.1:8080';

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
    .action(demo);
}

async function demo({ listen }: { listen?: string }): Promise<void> {
  const gateway = await start(await configuration(), listen);
  process.stdout.write(guide(gateway.addresses[0]!));
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

async function start(file: string, listen: string | undefined): Promise<Gateway> {
  const { runGateway } = await import('./run-gateway.ts');
  const run = (address: string): Promise<Gateway> => {
    const flags = { listen: [address] };
    return runGateway(configOf(flags, parseConfigFile('the demo', file), process.stdout.isTTY === true));
  };
  if (listen !== undefined) return run(listen);
  try {
    return await run(USUAL);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return run('127.0.0.1:0');
  }
}

function guide(address: string): string {
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

Each answer leaves a line here. Ctrl-C ends it; requests under way may finish.

`;
}
