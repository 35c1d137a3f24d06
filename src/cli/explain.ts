import type { Command } from 'commander';
import { parseNetwork, UNIX } from '../config/cidr.ts';
import type { Config } from '../config/config.ts';
import { parseMethods } from '../config/match.ts';
import { Misread, show } from '../config/misread.ts';
import type { Question } from '../explain/question.ts';
import { addConfigFlags, type ConfigFlags } from './config-flags.ts';
import { explanationWords } from './explanation-words.ts';
import { parseField, readArgument } from './probe-arguments.ts';

interface ExplainOptions {
  readonly header?: readonly string[];
  readonly client: string;
  readonly tls?: true;
  readonly resolve?: true;
  readonly json?: true;
}

const AFTER = `
Takes the flags of serve, too. Nothing is sent, and no gateway has to run. Exit status: 0, whatever becomes of the request.

Examples:
  sluice explain GET http://example.com/api/users --config sluice.yaml
  sluice explain POST /login -H 'Host: example.com' -H 'Cookie: beta=1' --client 192.0.2.7 --tls --config sluice.yaml
  sluice explain GET /old/page --route 'path=/old/* -> web; prefix /old /' --pool web=http://127.0.0.1:3000`;

/** Adds `explain`: says what would become of a request, and why, without sending it. */
export function addExplain(program: Command): void {
  const command = program
    .command('explain')
    .description('say which route, rewrites, pool and endpoints a request would get, and why; sends nothing')
    .argument('<METHOD>', 'such as GET')
    .argument('<URL>', 'http://HOST/PATH, https://HOST/PATH, or a path')
    .option('-H, --header <FIELD>', "a field as 'Name: value' (repeatable)", collect)
    .option('--client <ADDR>', 'the address that it comes from, or unix', '127.0.0.1')
    .option('--tls', 'it comes by TLS, as with an https URL')
    .option('--resolve', 'look up the names of backends')
    .option('--json', 'print JSON')
    .addHelpText('after', AFTER);
  const flags = addConfigFlags(command);
  command.action(async (method: string, url: string, options: ExplainOptions) => {
    process.stdout.write(`${await text(method, url, options, flags)}\n`);
  });
}

async function text(
  method: string,
  url: string,
  options: ExplainOptions,
  flags: ConfigFlags,
): Promise<string> {
  const question = questionOf(method, url, options);
  const config: Config = flags.load();
  // Loaded only when it is needed, as the gateway is.
  const { explain } = await import('../explain/explain.ts');
  const explanation = await explain(config, question, options.resolve === true);
  if (options.json) return JSON.stringify(explanation, null, 2);
  return explanationWords(explanation, config);
}

/** The URL is taken as it is written: what a library would put right in it is what has to be explained. */
function questionOf(method: string, url: string, options: ExplainOptions): Question {
  const [scheme, host, target] = readArgument('URL', () => parseUrl(url));
  return {
    method: readArgument('METHOD', () => parseMethods([method])[0]!),
    target,
    host: host === '' ? 'localhost' : host,
    fields: (options.header ?? []).map(field =>
      readArgument(`--header ${show(field)}`, () => parseField(field).join(': ')),
    ),
    client: readArgument('--client', () => parseClient(options.client)),
    tls: options.tls === true || scheme === 'https',
  };
}

/** Scheme, host and target; the first two are empty for a path. */
function parseUrl(url: string): readonly [string, string, string] {
  if (/[\s\x00-\x1f\x7f]/.test(url)) throw new Misread(`a URL has no spaces; write %20; got ${show(url)}`);
  if (url === '*' || url.startsWith('/')) return ['', '', url];
  const [, scheme, host, rest] = /^(https?):\/\/([^/?#]+)([^#]*)/i.exec(url) ?? [];
  if (scheme === undefined || host === undefined || rest === undefined)
    throw new Misread(`expected http://HOST/PATH, https://HOST/PATH or a path such as /; got ${show(url)}`);
  return [scheme.toLowerCase(), host, rest.startsWith('/') ? rest : `/${rest}`];
}

function parseClient(text: string): string {
  if (text === UNIX || (!text.includes('/') && parseNetwork(text) !== undefined)) return text;
  throw new Misread(`expected an address such as 192.0.2.7, or unix; got ${show(text)}`);
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
