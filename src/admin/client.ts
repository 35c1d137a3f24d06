import { Client } from 'undici';
import { LONGEST_DELAY } from '../clock.ts';
import { joinHostPort } from '../config/host-port.ts';
import { systemWords } from '../config/system-words.ts';
import { absentAnywhere, type Place } from './place.ts';
import { VERSION } from './version.ts';

/** Milliseconds until a gateway that is alive has answered what needs no waiting. */
const PROMPT = 10_000;
const CONNECT_TIMEOUT = 3000;

/** How much longer than it was told to wait a gateway may take to answer, in milliseconds. */
const GRACE = 10_000;

/** Nobody answers at a place, or not with what a gateway would say; the message says so to people. */
export class Unreachable extends Error {
  /** Whether nobody listens there at all. */
  readonly absent: boolean;

  constructor(message: string, absent: boolean) {
    super(message);
    this.absent = absent;
  }
}

/** A gateway refused an order; the message is its own. */
export class Refused extends Error {
  /** As in the error of the answer. */
  readonly kind: string;

  constructor(kind: string, message: string) {
    super(message);
    this.kind = kind;
  }
}

/** The side that asks: one connection to the console of a gateway. */
export class AdminClient {
  readonly place: Place;
  readonly #client: Client;
  readonly #token: string | undefined;
  readonly #given: boolean;
  #version: string | undefined;

  /** `given`: whether somebody said that the gateway would be there. */
  constructor(place: Place, token?: string, given = true) {
    this.place = place;
    this.#given = given;
    this.#token = token;
    const connect = { timeout: CONNECT_TIMEOUT };
    // Long orders have nothing to say until they are carried out.
    const patience = { headersTimeout: 0, bodyTimeout: 0 };
    this.#client =
      place.kind === 'unix'
        ? new Client('http://localhost', { socketPath: place.path, connect, ...patience })
        : new Client(`http://${joinHostPort(place.host, place.port)}`, { connect, ...patience });
  }

  /** The version of the gateway if it has answered, and is not of this program's version. */
  get otherVersion(): string | undefined {
    return this.#version === VERSION ? undefined : this.#version;
  }

  /** What a gateway says about itself. Rejects with Unreachable or Refused. */
  async get<T>(path: string): Promise<T> {
    const ask = () => this.#ask<T>('GET', path, undefined, AbortSignal.timeout(PROMPT));
    try {
      return await ask();
    } catch (error) {
      // A connection may close just as it is used again, and another process answer in the place of the one before.
      if (error instanceof Unreachable && error.absent) return await ask();
      throw error;
    }
  }

  /**
   * Gives an order, which may take so many milliseconds longer than others do; Infinity: as long as it likes. Rejects with
   * Unreachable or Refused, and with the signal's reason, which also makes the gateway give up waiting.
   */
  order<T>(name: string, input: object, wait = 0, signal?: AbortSignal): Promise<T> {
    const signals = Number.isFinite(wait) ? [AbortSignal.timeout(Math.min(wait + GRACE, LONGEST_DELAY))] : [];
    if (signal !== undefined) signals.push(signal);
    return this.#ask<T>('POST', `/v1/${name}`, input, AbortSignal.any(signals));
  }

  /** Ends the connection. */
  close(): Promise<void> {
    return this.#client.destroy();
  }

  async #ask<T>(
    method: 'GET' | 'POST',
    path: string,
    input: object | undefined,
    signal: AbortSignal,
  ): Promise<T> {
    try {
      const { statusCode, headers, body } = await this.#client.request({
        method,
        path,
        signal,
        headers: {
          ...(input === undefined ? {} : { 'content-type': 'application/json' }),
          ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }),
        },
        body: input === undefined ? null : JSON.stringify(input),
      });
      this.#version = /^sluice\/(.+)$/.exec(String(headers['server']))?.[1];
      return this.#read<T>(statusCode, await body.text());
    } catch (error) {
      if (error instanceof Refused || error instanceof Unreachable) throw error;
      const { name } = error as Error;
      if (name === 'TimeoutError') throw this.#unreachable('it does not answer in time', false);
      if (signal.aborted) throw error;
      throw this.#failure(error as NodeJS.ErrnoException);
    }
  }

  #read<T>(status: number, text: string): T {
    const answer = parsed(text);
    if (this.#version === undefined)
      throw this.#unreachable(`what answers there (status ${status}) is no gateway's console`, false);
    if (status === 200 && answer !== undefined) return answer as T;
    const { kind, message } = (answer as { error?: { kind?: unknown; message?: unknown } })?.error ?? {};
    if (typeof kind === 'string' && typeof message === 'string') throw new Refused(kind, message);
    throw this.#unreachable(`its answer (status ${status}) makes no sense`, false);
  }

  #failure(error: NodeJS.ErrnoException): Unreachable {
    const { text } = this.place;
    switch (error.code) {
      case 'ENOENT':
      case 'ECONNREFUSED':
        return new Unreachable(this.#given ? absentWords(text) : absentAnywhere([this.place]), true);
      case 'EACCES':
      case 'EPERM':
        return new Unreachable(
          `no permission to use ${text}: become the user who runs the gateway, or root`,
          false,
        );
      case 'UND_ERR_SOCKET':
      case 'ECONNRESET':
      case 'EPIPE':
        return this.#unreachable('it closed the connection before it answered', true);
      case 'UND_ERR_CONNECT_TIMEOUT':
        return this.#unreachable('no connection could be made in time', false);
      default:
        return this.#unreachable(systemWords(error), false);
    }
  }

  #unreachable(words: string, absent: boolean): Unreachable {
    return new Unreachable(`the gateway at ${this.place.text} cannot be asked: ${words}`, absent);
  }
}

function absentWords(place: string): string {
  return `no gateway answers at ${place}: is it running, and was it started with --admin ${place}?`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
