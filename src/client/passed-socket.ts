import type { ListenConfig } from '../config/config.ts';

/** An address that a listener can be at. */
export type Place = Exclude<ListenConfig, { kind: 'passed' }>;

/** A listening socket that this process was given when it was started. */
export interface PassedSocket {
  readonly descriptor: number;
  readonly kind: Place['kind'];
  /** `127.0.0.1:8080`, `[::]:80` or the path of a unix socket; empty: not known. */
  readonly address: string;
  /** What the service manager calls it; empty: it has no name. */
  readonly name: string;
  /** Whether the service manager has bound it, and not a gateway before this one. */
  readonly managed: boolean;
  /** The place for which the gateway before this one listened there, as `placeText` names it; empty: for none. */
  readonly text: string;
}

/** What a gateway is to listen on, with the sockets that are there already. */
export interface Allotment {
  readonly places: readonly Allotted[];
  /** Sockets that no setting asks for. */
  readonly unused: readonly PassedSocket[];
  /** Settings that ask for a socket that was not passed, in words. */
  readonly mistakes: readonly string[];
}

/** One listener to be: where, what all settings for that place call it, and the socket that is there already. */
export interface Allotted {
  readonly text: string;
  readonly place: Place;
  readonly socket?: PassedSocket;
}

/**
 * Gives each setting the sockets that were passed for it: those by which the gateway before listened for the same setting,
 * then those at its address, then those of its name; `systemd` alone gets what is left of the service manager's.
 */
export function allot(settings: readonly ListenConfig[], passed: readonly PassedSocket[]): Allotment {
  const free = new Set(passed);
  const mistakes: string[] = [];
  const given = new Map<ListenConfig, readonly PassedSocket[]>();
  for (const wanted of WISHES) {
    for (const setting of settings) {
      if (given.has(setting)) continue;
      const all = [...free].filter(socket => wanted(setting, socket));
      // An address has one socket; a name may stand for several.
      const taken = setting.kind === 'passed' ? all : all.slice(0, 1);
      if (taken.length > 0) given.set(setting, taken);
      for (const socket of taken) free.delete(socket);
    }
  }
  const places = settings.flatMap(setting => {
    const sockets = given.get(setting);
    if (sockets !== undefined) return sockets.map(socket => allotted(setting, socket));
    if (setting.kind !== 'passed') return [{ text: placeText(setting), place: setting }];
    mistakes.push(missing(setting.name, passed));
    return [];
  });
  return { places, unused: [...free], mistakes };
}

type Wish = (setting: ListenConfig, socket: PassedSocket) => boolean;

/** In the order in which they are granted. */
const WISHES: readonly Wish[] = [
  (setting, { text }) => text === placeText(setting),
  (setting, { kind, address }) => kind === setting.kind && addressesOf(setting).includes(address),
  (setting, { managed, name }) =>
    setting.kind === 'passed' && managed && name !== '' && name === setting.name,
  (setting, { managed }) => setting.kind === 'passed' && managed && setting.name === '',
];

function allotted(setting: ListenConfig, socket: PassedSocket): Allotted {
  const text = placeText(setting);
  if (setting.kind !== 'passed') return { text, place: setting, socket };
  const { tls, proxyProtocol } = setting;
  const place: Place =
    socket.kind === 'unix'
      ? { kind: 'unix', path: socket.address, text, tls, proxyProtocol }
      : { kind: 'tcp', host: undefined, port: 0, text, tls, proxyProtocol };
  return { text, place, socket };
}

/** The same text for all settings that mean the same place, whatever is spoken there. */
export function placeText(setting: ListenConfig): string {
  if (setting.kind === 'unix') return `unix:${setting.path}`;
  if (setting.kind === 'passed') return setting.name === '' ? 'systemd' : `systemd:${setting.name}`;
  const { host = '', port } = setting;
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** The addresses of a socket that a setting can mean; of a name none. */
function addressesOf(setting: ListenConfig): string[] {
  if (setting.kind === 'unix') return [setting.path];
  if (setting.kind === 'passed' || setting.port === 0) return [];
  const { host, port } = setting;
  if (host === undefined) return [`[::]:${port}`, `0.0.0.0:${port}`];
  return [host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`];
}

function missing(name: string, passed: readonly PassedSocket[]): string {
  const what = name === '' ? 'systemd' : `systemd:${name}`;
  const managed = passed.filter(socket => socket.managed);
  if (managed.length === 0)
    return `--listen ${what}: no socket was passed (LISTEN_FDS is not set); start it by a socket unit, or give an address`;
  const names = [...new Set(managed.map(socket => socket.name))].filter(other => other !== '');
  if (name === '')
    return `--listen ${what}: other settings have all the sockets that were passed; leave it out`;
  return `--listen ${what}: no socket of that name was passed${names.length > 0 ? `, but ${names.join(', ')}` : ''}; FileDescriptorName= in the socket unit names it`;
}
