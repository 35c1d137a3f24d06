import { closeSync } from 'node:fs';
import type { ListenConfig } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import { SocketFile } from '../transport/socket-file.ts';
import { Listener, type ListenerPolicy } from './listener.ts';
import type { ListenerStatus } from './listener-status.ts';
import { allot, type PassedSocket, placeText } from './passed-socket.ts';
import { type Credentials, readCredentials } from './tls/credentials.ts';
import { Turns } from './tls/turns.ts';

/** How often the files of certificates are looked at, in milliseconds. */
const LOOK_PACE = 1_000;

/** What a listener that stays goes on with. */
interface Stay {
  readonly setting: ListenConfig;
  readonly credentials: Credentials | undefined;
}

/** All listeners of a gateway. */
export class Listeners {
  readonly #log: Log;
  /** Sockets that were passed, and that no listener has. */
  #spare: readonly PassedSocket[];
  #mistakes: readonly string[];
  #active: Listener[];
  /** Whose settings are gone, and whose connections are not. */
  readonly #leaving = new Set<Listener>();
  /** For TLS handshakes. */
  readonly #turns: Turns;
  #watch: NodeJS.Timeout | undefined;
  #looking = false;
  /** Names of unix sockets that were passed and dismissed. */
  readonly #orphans: string[] = [];

  /** Binds nothing yet. */
  constructor(
    settings: readonly ListenConfig[],
    policy: ListenerPolicy,
    log: Log,
    passed: readonly PassedSocket[] = [],
  ) {
    this.#log = log;
    this.#turns = new Turns(policy.client.maxHandshakes);
    const { places, unused, mistakes } = allot(settings, passed);
    this.#spare = unused;
    this.#mistakes = mistakes;
    this.#active = places.map(place => new Listener(place, policy, this.#turns, log));
  }

  /** What the settings ask for and was not passed; one line each. */
  get mistakes(): readonly string[] {
    return this.#mistakes;
  }

  /** Binds what is to be bound, and accepts there; rejects with the system's error, and has to be stopped then. */
  async bind(): Promise<void> {
    await startAll(
      this.#active.filter(({ isShared }) => !isShared),
      this.#log,
    );
  }

  /**
   * Accepts on the sockets that were passed, and sees to those that nothing is to be done with. It comes after `bind`: other
   * processes may accept there as well, and a connection taken off them would be lost if something else could not be bound.
   */
  async open(): Promise<void> {
    await startAll(
      this.#active.filter(({ isShared }) => isShared),
      this.#log,
    );
    for (const socket of this.#spare) this.#dismiss(socket);
    this.#spare = this.#spare.filter(({ managed }) => managed);
    this.#watch = setInterval(() => void this.#look(), LOOK_PACE).unref();
  }

  /** With the ports that were really bound: `http://127.0.0.1:8080`, `unix:/run/sluice.sock`. */
  get addresses(): readonly string[] {
    return this.#active.map(({ address }) => address);
  }

  /** As a status command shows them. */
  status(): ListenerStatus[] {
    return [...this.#active, ...this.#leaving].map(({ address, size, turnedAway, lobby }) => ({
      address,
      connections: size,
      turnedAway,
      tls: lobby.status(),
    }));
  }

  /** All sockets that another process may go on with. */
  get sockets(): readonly PassedSocket[] {
    return [...this.#active.flatMap(({ socket }) => socket ?? []), ...this.#spare];
  }

  /**
   * Goes over to other settings: what is new is bound, what is gone is drained, what stays has its connections. Rejects with
   * the system's error or an Error with the mistakes, and everything is as it was then.
   */
  async follow(settings: readonly ListenConfig[], policy: ListenerPolicy): Promise<void> {
    const kept = this.#kept(settings);
    const texts = new Set([...kept.keys()].map(({ text }) => text));
    const wanted = settings.filter(setting => !texts.has(placeText(setting)));
    const { places, unused, mistakes } = allot(wanted, this.#spare);
    if (mistakes.length > 0) throw new Error(mistakes.join('\n'));
    const joining = places.map(place => new Listener(place, policy, this.#turns, this.#log));
    try {
      await startAll(
        joining.toSorted((a, b) => Number(a.isShared) - Number(b.isShared)),
        this.#log,
      );
    } catch (error) {
      for (const listener of joining) listener.stop();
      throw error;
    }
    this.#spare = unused;
    for (const listener of this.#active) if (!kept.has(listener)) this.#leave(listener);
    this.#turns.limit = policy.client.maxHandshakes;
    for (const [listener, { setting, credentials }] of kept) listener.follow(policy, setting, credentials);
    this.#active = [...kept.keys(), ...joining];
  }

  /** Leaves the names of unix sockets to the process that has been given the sockets. */
  release(): void {
    for (const listener of this.#active) listener.release();
  }

  /**
   * Takes the names of the unix sockets that were passed from a process that has left them, and removes those that nobody
   * listens by any more. Not before: that process may have to go on by itself.
   */
  adopt(): void {
    for (const listener of this.#active) listener.adopt();
    for (const path of this.#orphans.splice(0)) {
      const file = new SocketFile(path);
      file.adopt();
      file.remove();
    }
  }

  /** Stops accepting, and resolves when the last connection has closed; idle ones are closed soon. */
  async drain(): Promise<void> {
    await Promise.all([...this.#active, ...this.#leaving].map(listener => listener.drain()));
  }

  /** Stops accepting and ends every connection at once. */
  stop(): void {
    clearInterval(this.#watch);
    for (const listener of [...this.#active, ...this.#leaving]) listener.stop();
  }

  /**
   * With what each is to go on with. A setting for any free port may be there several times: its listeners stay or go
   * together. Throws Misread if certificates cannot be used.
   */
  #kept(settings: readonly ListenConfig[]): Map<Listener, Stay> {
    const stays = new Map<string, Stay[]>();
    for (const setting of settings) {
      const credentials = setting.tls === undefined ? undefined : readCredentials(setting.tls);
      const place = placeText(setting);
      stays.set(place, [...(stays.get(place) ?? []), { setting, credentials }]);
    }
    return new Map(
      this.#active.flatMap(listener => {
        const [stay, ...others] = stays.get(listener.text) ?? [];
        if (stay === undefined) return [];
        // Listeners of the same place take their settings in turn; what the last one has goes for the rest of them, too.
        if (others.length > 0) stays.set(listener.text, others);
        return [[listener, stay] as const];
      }),
    );
  }

  /** Has certificates read anew that have changed; a file system that hangs delays the next look and nothing else. */
  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    await Promise.all(this.#active.map(({ lobby }) => lobby.watched?.look()));
    this.#looking = false;
  }

  #leave(listener: Listener): void {
    this.#leaving.add(listener);
    this.#log.info(`no longer listening on ${listener.address}`);
    void listener.drain().then(() => this.#leaving.delete(listener));
  }

  /** One of the service manager's stays open: it would be lost for good. */
  #dismiss(socket: PassedSocket): void {
    if (socket.managed) {
      const name = socket.name === '' ? '' : ` (${socket.name})`;
      this.#log.warn(
        `the passed socket ${socket.address}${name} is used by no --listen; add --listen systemd`,
      );
      return;
    }
    if (socket.kind === 'unix') this.#orphans.push(socket.address);
    closeSync(socket.descriptor);
  }
}

async function startAll(listeners: readonly Listener[], log: Log): Promise<void> {
  for (const listener of listeners) {
    await listener.start();
    log.info(`listening on ${listener.address}`);
  }
}
