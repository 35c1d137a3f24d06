import { Networks } from './cidr.ts';
import type { ListenConfig } from './config.ts';
import { parseHost } from './host-port.ts';
import { parseListenAddress } from './listen-address.ts';
import { expected, Misread, show } from './misread.ts';
import { unknownWord } from './nearest.ts';

const LOOPBACK = new Networks(['127.0.0.0/8', '::1']);
const WHAT = 'an address such as unix:/run/sluice.sock or 127.0.0.1:9901, or off';

/** Where commands are taken, and by which names beside its addresses. */
export interface AdminAddress {
  /** Undefined: nowhere. */
  readonly listen: ListenConfig | undefined;
  readonly hosts: readonly string[];
}

/** An address for commands with its options, such as `127.0.0.1:9901,host=NAME`; one that others can reach needs `,remote`. Throws Misread. */
export function parseAdmin(value: unknown): AdminAddress {
  if (value === 'off') return { listen: undefined, hosts: [] };
  if (typeof value !== 'string' || value === '') throw expected(WHAT, value);
  // A path may have commas in it; a unix socket has no options.
  if (value.startsWith('unix:')) return { listen: parseUnix(value), hosts: [] };
  const [address, ...words] = value.split(',') as [string, ...string[]];
  const listen = parseListenAddress(address);
  if (listen.kind !== 'tcp') throw expected(WHAT, value);
  const hosts: string[] = [];
  let remote = false;
  for (const word of words) {
    if (word === 'remote') remote = true;
    else if (word.startsWith('host=')) hosts.push(parseHost(word.slice(5)).toLowerCase());
    else
      throw new Misread(unknownWord('option of an admin address', word.split('=')[0]!, ['remote', 'host']));
  }
  if (!remote && !isLoopback(listen.host)) {
    throw new Misread(
      `${address} can be reached from other machines, and who commands the gateway commands the traffic: take 127.0.0.1, or write ${address},remote if that is meant`,
    );
  }
  return { listen, hosts };
}

function parseUnix(value: string): ListenConfig {
  const option = /,(?:remote|host=[^/]*)$/.exec(value);
  if (option !== null)
    throw new Misread(`${option[0].slice(1)} is for an address by TCP: leave ${option[0]} out`);
  if (value.startsWith('unix:@')) {
    throw new Misread(
      `everybody on the machine can use an abstract socket: take one with a path; got ${show(value)}`,
    );
  }
  return parseListenAddress(value);
}

function isLoopback(host: string | undefined): boolean {
  if (host === undefined) return false;
  return LOOPBACK.contains(host) || /^localhost\.?$/i.test(host);
}
