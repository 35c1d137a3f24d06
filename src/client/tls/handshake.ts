import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { recent } from '../../clock.ts';
import { type Timed, timeouts } from '../../timeouts.ts';
import type { ProxyHeader } from '../proxy-header.ts';
import { ConnectionFacts } from './connection-facts.ts';
import type { Credentials } from './credentials.ts';
import { type Fault, faultOf, PLAIN_HTTP, SILENCE } from './handshake-fault.ts';
import { SecureStream } from './secure-stream.ts';
import type { Turn, Turns } from './turns.ts';

/** For so many milliseconds a connection waits for its turn. */
const LONGEST_WAIT = 30_000;

const SPEAK_TLS =
  'HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 62\r\nConnection: close\r\n\r\n' +
  'This port speaks TLS, and the request came without: use https\n';

/** Who lets connections in once their TLS handshake is complete. */
export interface SecureReception {
  readonly turns: Turns;
  /** With which it is done, if it begins now. */
  readonly credentials: Credentials;
  readonly handshakeTimeout: number;
  /** The connection is ready for requests. */
  secured(handshake: Handshake, stream: SecureStream): void;
  /** It is gone; null: it just closed. */
  failed(handshake: Handshake, fault: Fault | null): void;
}

/** A connection that waits for its TLS handshake, or is in it. */
export class Handshake implements Timed, Turn {
  deadline = Infinity;
  bucket = 0;
  readonly socket: Socket;
  readonly #reception: SecureReception;
  readonly #header: ProxyHeader | null;
  #asksForCertificate = false;
  #fault: Fault | null = null;
  #over = false;

  /** Takes a socket that nobody reads. */
  constructor(socket: Socket, header: ProxyHeader | null, reception: SecureReception) {
    this.socket = socket;
    this.#header = header;
    this.#reception = reception;
    socket.on('error', ignore);
    socket.on('close', () => this.#end());
  }

  /** Asks for its turn. */
  start(): void {
    this.#arm(LONGEST_WAIT);
    this.#reception.turns.take(this);
  }

  begin(): void {
    const { credentials, handshakeTimeout } = this.#reception;
    this.#arm(handshakeTimeout);
    this.#asksForCertificate = credentials.config.clientCa !== '';
    underWay.set(this.socket, this);
    prepare(credentials).emit('connection', this.socket);
  }

  giveWay(): void {
    this.#give(SILENCE);
  }

  expire(): void {
    this.#give(SILENCE);
  }

  /** Ends the connection. */
  destroy(): void {
    this.socket.destroy();
  }

  /** The handshake is complete. */
  done(secure: TLSSocket): void {
    if (this.#over) return;
    this.#leave();
    const facts = new ConnectionFacts(secure, this.#asksForCertificate);
    this.#reception.secured(this, new SecureStream(secure, this.socket, this.#header, facts));
  }

  /** The handshake has failed, and the connection closes by itself. */
  fail(error: Error, secure: TLSSocket): void {
    if (this.#over) return;
    this.#fault ??= faultOf(error, secure);
    // Nothing was encrypted yet: what spoke HTTP will understand that.
    if (this.#fault === PLAIN_HTTP && !this.socket.destroyed) this.socket.write(SPEAK_TLS);
    this.#end();
  }

  #give(fault: Fault): void {
    this.#fault = fault;
    this.socket.destroy();
    this.#end();
  }

  #end(): void {
    if (this.#over) return;
    this.#leave();
    this.#reception.failed(this, this.#fault);
  }

  #leave(): void {
    this.#over = true;
    timeouts.forget(this);
    underWay.delete(this.socket);
    this.#reception.turns.leave(this);
  }

  #arm(duration: number): void {
    timeouts.arm(this, recent() + duration);
  }
}

/** By the socket below: the runtime tells of the one above only when it is done. */
const underWay = new Map<Socket, Handshake>();

const prepared = new WeakSet<Credentials>();

/** The server that does the handshakes, with somebody who listens to it. */
function prepare(credentials: Credentials): Credentials['server'] {
  const { server } = credentials;
  if (prepared.has(credentials)) return server;
  prepared.add(credentials);
  server.on('secureConnection', secure => handshakeOf(secure)?.done(secure));
  server.on('tlsClientError', (error, secure) => handshakeOf(secure)?.fail(error, secure));
  return server;
}

function handshakeOf(secure: TLSSocket): Handshake | undefined {
  return underWay.get((secure as unknown as { _parent: Socket })._parent);
}

function ignore(): void {
  // It closes after that.
}
