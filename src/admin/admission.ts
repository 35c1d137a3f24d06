import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { show } from '../config/misread.ts';
import { Refusal } from './refusal.ts';
import type { Token } from './token.ts';

/** Who may ask. */
export interface Admission {
  /** Names, in lower case, by which the gateway may be addressed besides its addresses and localhost. */
  readonly hosts: ReadonlySet<string>;
  /** Undefined: the mode of the socket decides who may connect, and whoever may is trusted. */
  readonly token: Token | undefined;
}

/**
 * Throws Refusal unless a request may be looked at. No browser gets further, whatever page or name led it here: a page
 * sends its Origin, and a name that was made to point here is none of ours.
 */
export function admit({ method, headers }: IncomingMessage, { hosts, token }: Admission): void {
  if (!isOurs(headers.host ?? '', hosts)) {
    throw new Refusal(
      'forbidden',
      `the gateway is not addressed as ${show(headers.host)}: use its address, localhost, or a name given as one of its own`,
    );
  }
  if (headers.origin !== undefined || method === 'OPTIONS') {
    throw new Refusal('forbidden', 'the console does not answer to web pages');
  }
  if (token !== undefined && !token.matches(headers.authorization)) {
    throw new Refusal('unauthorized', 'expected the token of the gateway as Authorization: Bearer TOKEN');
  }
}

function isOurs(authority: string, hosts: ReadonlySet<string>): boolean {
  const bracketed = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(authority)?.[1];
  if (bracketed !== undefined) return isIP(bracketed) === 6;
  const name = /^([^:]*)(?::\d{1,5})?$/.exec(authority)?.[1]?.toLowerCase() ?? '';
  return isIP(name) === 4 || name === 'localhost' || hosts.has(name);
}
