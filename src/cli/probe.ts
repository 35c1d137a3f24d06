import type { Command } from 'commander';
import { parseAbsoluteDirectory } from '../config/absolute-path.ts';
import type { BackendConfig } from '../config/config.ts';
import { parsePositiveDuration } from '../config/duration.ts';
import { Misread } from '../config/misread.ts';
import { describeAnswer } from './probe-answer.ts';
import { parseField, parsePath, parseProbed, readArgument } from './probe-arguments.ts';
import type { Answer, Question } from './probe-request.ts';
import { type ScriptPlace, scriptVariables } from './probe-variables.ts';
import { UsageError } from './usage-error.ts';

interface ProbeOptions {
  readonly method?: string;
  readonly header?: readonly string[];
  readonly data?: string;
  readonly root?: string;
  readonly script?: string;
  readonly timeout: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly sni?: string;
  readonly insecure?: true;
}

const AFTER = `
The request goes straight to the backend by a client that shares nothing with the gateway: it tells a fault of the
application from a fault of the gateway. Exit status: 0 for any answer with a status, 1 for none.

Examples:
  sluice probe http://127.0.0.1:3000 /health
  sluice probe http+unix:///run/app.sock / -H 'Host: example.com'
  sluice probe http://127.0.0.1:3000 /items -X POST -H 'Content-Type: application/json' --data '{}'
  sluice probe fcgi+unix:///run/php/php8.2-fpm.sock /index.php --root /var/www/html
  sluice probe fcgi://127.0.0.1:9000 /ping
  sluice probe https://10.0.0.7:8443 /health --ca internal-ca.pem --sni app.internal`;

/** Bytes of a body that are shown. */
const SHOWN = 1024;

/** Adds `probe`: one request straight to a backend. */
export function addProbe(program: Command): void {
  program
    .command('probe')
    .description('send one request straight to a backend and show the answer')
    .argument(
      '<BACKEND-URL>',
      'http://HOST:PORT, https://.., http+unix:///PATH, fcgi://HOST:PORT, fcgis://.. or fcgi+unix:///PATH',
    )
    .argument('[PATH]', 'path and query', '/')
    .option('-X, --method <METHOD>', 'method (default: GET, or POST with --data)')
    .option('-H, --header <FIELD>', "a field as 'Name: value' (repeatable)", collect)
    .option('--data <TEXT>', 'a body to send')
    .option(
      '--root <DIR>',
      'fcgi: the document root as the application sees it; PATH names the script below it',
    )
    .option('--script <FILE>', 'fcgi: the script to run, whatever PATH is')
    .option('--ca <FILE>', 'https, fcgis: the issuers to trust, in place of those of the system')
    .option('--cert <FILE>', 'https, fcgis: a certificate to show, with --key')
    .option('--key <FILE>', 'https, fcgis: its key')
    .option('--sni <NAME>', 'https, fcgis: the host to ask for, which the certificate has to be for')
    .option('--insecure', 'https, fcgis: accept any certificate')
    .option('--timeout <D>', 'for the whole exchange', '10s')
    .addHelpText('after', AFTER)
    .action(probe);
}

async function probe(url: string, path: string, options: ProbeOptions): Promise<void> {
  const backend = readArgument('BACKEND-URL', () => parseProbed(withOptions(url, options)));
  const question = questionOf(path, options);
  const script = scriptPlace(backend, options);
  const answer = await answerOf(backend, question, script, options.timeout);
  process.stdout.write(describeAnswer(answer));
  if (script !== undefined && answer.errors.includes('Primary script unknown')) {
    const { SCRIPT_FILENAME: file } = scriptVariables(question.path, script);
    process.stderr.write(
      `sluice: the application found no script at ${file}: --root DIR or --script FILE names another place, as the application sees it\n`,
    );
  }
}

/** The flags of TLS are options of the URL, and are judged as such. */
function withOptions(url: string, { insecure, ...options }: ProbeOptions): string {
  const given = (['ca', 'cert', 'key', 'sni'] as const).flatMap(name =>
    options[name] === undefined ? [] : `,${name}=${options[name]}`,
  );
  return [url, ...given, ...(insecure ? [',insecure'] : [])].join('');
}

function questionOf(path: string, options: ProbeOptions): Question {
  const question: Question = {
    method: options.method ?? (options.data === undefined ? 'GET' : 'POST'),
    path: readArgument('PATH', () => parsePath(path)),
    fields: (options.header ?? []).map(field => readArgument(`--header "${field}"`, () => parseField(field))),
    body: options.data,
    timeout: readArgument('--timeout', () => parsePositiveDuration(options.timeout)),
    shown: SHOWN,
  };
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(question.method)) {
    throw new UsageError(`--method: expected a method such as GET; got "${question.method}"`);
  }
  return question;
}

/** Where a FastCGI application is told to look for the script; undefined for HTTP, which has none. */
function scriptPlace(backend: BackendConfig, { root, script }: ProbeOptions): ScriptPlace | undefined {
  if (!backend.scheme.startsWith('http')) {
    const directory =
      root === undefined ? backend.docroot : readArgument('--root', () => parseAbsoluteDirectory(root));
    if (script !== undefined && directory === '' && !script.startsWith('/')) {
      throw new UsageError('--script: without --root its path has to be absolute');
    }
    return { root: directory, script: script ?? '' };
  }
  for (const [flag, value] of [
    ['--root', root],
    ['--script', script],
  ]) {
    if (value !== undefined)
      throw new UsageError(`${flag}: it is for fcgi; ${backend.scheme} has no scripts`);
  }
  return undefined;
}

// Loaded only when they are needed: the clients take longer than the rest of the program.
async function answerOf(
  backend: BackendConfig,
  question: Question,
  script: ScriptPlace | undefined,
  timeout: string,
): Promise<Answer> {
  const { probeFailure } = await import('./probe-failure.ts');
  try {
    if (script === undefined) return await (await import('./probe-request.ts')).ask(backend, question);
    return await (await import('./probe-fcgi.ts')).askFcgi(backend, question, script);
  } catch (error) {
    throw error instanceof Misread ? new UsageError(error.message) : probeFailure(error, backend, timeout);
  }
}

function collect(field: string, fields: readonly string[] = []): string[] {
  return [...fields, field];
}
