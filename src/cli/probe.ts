import type { Command } from 'commander';
import { parseBackendUrl } from '../config/backend-url.ts';
import type { BackendConfig } from '../config/config.ts';
import { parsePositiveDuration } from '../config/duration.ts';
import { Misread } from '../config/misread.ts';
import { LATER, SCHEMES } from '../config/schemes.ts';
import type { Answer, Question } from './probe-request.ts';
import { UsageError } from './usage-error.ts';

interface ProbeOptions {
  readonly method?: string;
  readonly header?: readonly string[];
  readonly data?: string;
  readonly timeout: string;
}

const AFTER = `
The request goes straight to the backend by a client that shares nothing with the gateway: it tells a fault of the
application from a fault of the gateway. Exit status: 0 for any HTTP answer, 1 for none.

Examples:
  sluice probe http://127.0.0.1:3000 /health
  sluice probe http+unix:///run/app.sock / -H 'Host: example.com'
  sluice probe http://127.0.0.1:3000 /items -X POST -H 'Content-Type: application/json' --data '{}'`;

/** Bytes of a body that are shown. */
const SHOWN = 1024;

/** Adds `probe`: one request straight to a backend. */
export function addProbe(program: Command): void {
  program
    .command('probe')
    .description('send one request straight to a backend and show the answer')
    .argument('<BACKEND-URL>', 'http://HOST:PORT or http+unix:///PATH')
    .argument('[PATH]', 'path and query', '/')
    .option('-X, --method <METHOD>', 'method (default: GET, or POST with --data)')
    .option('-H, --header <FIELD>', "a field as 'Name: value' (repeatable)", collect)
    .option('--data <TEXT>', 'a body to send')
    .option('--timeout <D>', 'for the whole exchange', '10s')
    .addHelpText('after', AFTER)
    .action(probe);
}

async function probe(url: string, path: string, options: ProbeOptions): Promise<void> {
  const backend = read('BACKEND-URL', () => parseProbed(url));
  const question: Question = {
    method: options.method ?? (options.data === undefined ? 'GET' : 'POST'),
    path: read('PATH', () => parsePath(path)),
    fields: (options.header ?? []).map(field => read(`--header "${field}"`, () => parseField(field))),
    body: options.data,
    timeout: read('--timeout', () => parsePositiveDuration(options.timeout)),
    shown: SHOWN,
  };
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(question.method)) {
    throw new UsageError(`--method: expected a method such as GET; got "${question.method}"`);
  }
  // Loaded only when it is needed: its client takes longer than the rest of the program.
  const { ask } = await import('./probe-request.ts');
  const { probeFailure } = await import('./probe-failure.ts');
  const answer = await ask(backend, question).catch(error => {
    throw probeFailure(error, backend, options.timeout);
  });
  process.stdout.write(describe(answer));
}

function collect(field: string, fields: readonly string[] = []): string[] {
  return [...fields, field];
}

function read<T>(place: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw error instanceof Misread ? new UsageError(`${place}: ${error.message}`) : error;
  }
}

function parseProbed(url: string): BackendConfig {
  const scheme = /^([a-z0-9+]+):\/\//i.exec(url)?.[1]?.toLowerCase();
  if (scheme !== undefined && Object.hasOwn(LATER, scheme)) {
    const known = Object.keys(SCHEMES).join(' and ');
    throw new Misread(`probe speaks ${known}; ${scheme} is not there yet`);
  }
  if (/^http:\/\/[^/]+\/./i.test(url)) {
    throw new Misread('a backend URL ends after the port; the path is an argument of its own');
  }
  return parseBackendUrl(url);
}

function parsePath(path: string): string {
  if (!path.startsWith('/') && path !== '*') throw new Misread(`a path begins with "/"; write /${path}`);
  if (/[^\x21-\x7e]/.test(path))
    throw new Misread('a path has no spaces and only ASCII; write %20 for a space');
  return path;
}

function parseField(text: string): [string, string] {
  const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n\0]*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new Misread("expected a field such as 'Name: value'");
  return [name, value];
}

function describe(answer: Answer): string {
  const { connect, firstByte, total } = answer;
  const times = `connect ${ms(connect)}, first byte ${ms(firstByte)}, total ${ms(total)}`;
  const fields = answer.fields.map(([name, value]) => `${name}: ${value}`);
  const more = answer.bodyBytes > answer.bodyStart.length ? `, the first ${answer.bodyStart.length} are` : '';
  const size = `body: ${answer.bodyBytes} bytes${more}`;
  const head = [`${answer.status} ${answer.reason}`.trimEnd(), ...fields].map(line => printable(line));
  const body = answer.bodyBytes === 0 ? [] : ['', printable(answer.bodyStart.toString(), true)];
  return `${[...head, '', times, size, ...body].join('\n')}\n`;
}

/** Control characters of the backend must not reach the terminal. */
function printable(text: string, lines = false): string {
  const control = lines ? /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g : /[\u0000-\u001f\u007f-\u009f]/g;
  return text.replaceAll('\r\n', lines ? '\n' : '\r\n').replace(control, character => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}

function ms(milliseconds: number): string {
  return `${milliseconds.toFixed(1)} ms`;
}
