import { metaVariables } from '../../src/cgi/variables.ts';
import { GatewayError } from '../../src/errors.ts';
import { quoted } from '../../src/http1/refusal.ts';
import type { Application, BackendRequest } from '../../src/protocol.ts';

/** Where programs look for others unless they are told something else. */
const PATH = '/usr/local/bin:/usr/bin:/bin';

const ASCII = /^[\x01-\x7f]*$/;

/**
 * The whole environment of a program: its meta-variables and a PATH, nothing of the gateway's own (RFC 3875, 4.1 and 9).
 * Throws http_request_error for what cannot be put into one.
 */
export function environmentOf(request: BackendRequest, application: Application): Record<string, string> {
  const environment: Record<string, string> = { PATH };
  const variables = metaVariables(request, application);
  for (let i = 0; i < variables.length; i += 2) {
    const name = variables[i]!;
    const value = variables[i + 1]!;
    environment[name] = ASCII.test(value) ? value : variable(name, value);
  }
  return environment;
}

/** Node writes an environment in UTF-8 and nothing else, so those bytes get through that are UTF-8. */
function variable(name: string, value: string): string {
  const text = systemText(value);
  if (text !== undefined) return text;
  // What a client says of itself in latin1 is no reason to refuse it: the program gets the same characters.
  if (name.startsWith('HTTP_') && !value.includes('\0')) return value;
  throw new GatewayError(
    'http_request_error',
    `${name} would be ${quoted(value)}: a program can only be given UTF-8, without NUL`,
  );
}

/** The text whose UTF-8 is the bytes of a latin1 string; undefined: there is none. */
export function systemText(latin1: string): string | undefined {
  if (ASCII.test(latin1)) return latin1;
  const bytes = Buffer.from(latin1, 'latin1');
  const text = bytes.toString('utf8');
  return latin1.includes('\0') || !Buffer.from(text, 'utf8').equals(bytes) ? undefined : text;
}
