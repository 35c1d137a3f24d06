import { isIP } from 'node:net';
import type { BackendConfig } from './config.ts';
import { parseHostPort } from './host-port.ts';
import { Misread, show } from './misread.ts';

/** What is said of a backend's host beside the host itself. */
export interface HostOptions {
  /** Whether a name is one backend, however many addresses it has. */
  readonly noSplit: boolean;
  readonly family: BackendConfig['family'];
}

/** The name whose SRV records say host and port of each server; throws Misread. */
export function parseServiceName(authority: string, scheme: string): string {
  const { host, port } = parseHostPort(authority, 1);
  if (isIP(host) !== 0) {
    throw new Misread(
      `srv+ is for a name with SRV records, such as _web._tcp.example.com; for ${host} write ${scheme}://${authority}`,
    );
  }
  if (port === undefined) return host;
  throw new Misread(`SRV records say the port: write srv+${scheme}://${host}; got ${show(`:${port}`)}`);
}

/**
 * What a host stands for. An address stands for itself, and so does `localhost` with all names below it: the loopback has
 * two addresses, but most servers listen on one of them. Throws Misread for options that mean nothing to the host.
 */
export function expansionOf(
  host: string,
  services: boolean,
  { noSplit, family }: HostOptions,
): BackendConfig['expand'] {
  if (host === '') {
    refuse(noSplit, family, 'what has a path has no name to look up');
    return 'no';
  }
  if (isIP(host) !== 0) {
    refuse(noSplit, family, `${host} is an address`);
    return 'no';
  }
  if (services) {
    refuse(noSplit, 0, 'SRV records name each server by itself');
    return 'services';
  }
  return noSplit || isLocal(host) ? 'no' : 'addresses';
}

/** Whether a name always means this machine (RFC 6761, 6.3). */
export function isLocal(host: string): boolean {
  return /(?:^|\.)localhost\.?$/i.test(host);
}

function refuse(noSplit: boolean, family: number, why: string): void {
  const option = noSplit ? 'no-split' : 'family';
  if (noSplit || family !== 0) throw new Misread(`${option} is for names that have addresses; ${why}`);
}
