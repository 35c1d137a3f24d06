import { lstatSync } from 'node:fs';
import type { ListenConfig } from '../config/config.ts';
import { joinHostPort } from '../config/host-port.ts';
import { parseListenAddress } from '../config/listen-address.ts';
import { expected } from '../config/misread.ts';

/** Where a gateway takes orders. */
export type Place =
  | { readonly kind: 'unix'; readonly path: string; readonly text: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly text: string };

/** `unix:/PATH`, `HOST:PORT`, or `:PORT` on this machine; options of the gateway's own flag may follow. Throws Misread. */
export function parsePlace(value: string): Place {
  const address = value.startsWith('unix:') ? value : value.split(',')[0]!;
  const place = placeOf(parseListenAddress(address));
  if (place === undefined)
    throw expected('an address such as unix:/run/sluice.sock or 127.0.0.1:9901', value);
  return place;
}

/** Where a service has its socket that may not write to /run itself. */
const OF_A_SERVICE = '/run/sluice';

/**
 * The places where a gateway is looked for, and of these those where a socket lies now, if there is any: below
 * XDG_RUNTIME_DIR, below /run, and where the unit for systemd has it. A gateway that was started by the system has another
 * one than those of a user who is logged in.
 */
export function usualPlaces(environment: NodeJS.ProcessEnv = process.env): readonly Place[] {
  const { XDG_RUNTIME_DIR: own } = environment;
  const directories = [...(own?.startsWith('/') ? [own.replace(/\/+$/, '')] : []), '/run', OF_A_SERVICE];
  const places = [...new Set(directories)].map((directory): Place => {
    const path = `${directory}/sluice.sock`;
    return { kind: 'unix', path, text: `unix:${path}` };
  });
  const there = places.filter(place => place.kind === 'unix' && isSocket(place.path));
  return there.length > 0 ? there : places;
}

/** That no gateway answers where one is looked for, in words. */
export function absentAnywhere(places: readonly Place[]): string {
  const names = places.map(({ text }) => text).join(', ');
  return `no gateway answers at ${names}: is it running, and was it started with --admin elsewhere? --admin ADDR names the place`;
}

function placeOf(listen: ListenConfig): Place | undefined {
  const { kind, text } = listen;
  if (kind === 'unix') return { kind, path: listen.path, text };
  if (kind !== 'tcp') return undefined;
  // Whoever listens on all addresses listens on this one.
  const host =
    listen.host === undefined || /^(?:0\.0\.0\.0|::)$/.test(listen.host) ? '127.0.0.1' : listen.host;
  return { kind, host, port: listen.port, text: joinHostPort(host, listen.port) };
}

function isSocket(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isSocket() === true;
  } catch {
    return false;
  }
}
