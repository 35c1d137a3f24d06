import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { now, recent } from '../../clock.ts';
import { type Timed, timeouts } from '../../timeouts.ts';
import { LINGER } from '../connection-bounds.ts';
import { peerAddress } from '../peer.ts';
import type { ProxyHeader } from '../proxy-header.ts';
import { ConnectionFacts } from './connection-facts.ts';
import type { Credentials } from './credentials.ts';
import { type Fault, faultOf, PLAIN_HTTP, refusedCertificate, SILENCE } from './handshake-fault.ts';
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
  /** With which it is done, if it begins now; undefined: no TLS is spoken here any more. */
  readonly credentials: Credentials | undefined;
  readonly handshakeTimeout: number;
  /** When it has to be over in any case; may come nearer. */
  readonly latest: number;
  /** The connection is ready for requests. */
  secured(handshake: Handshake, stream: SecureStream): void;
  /** It is gone; null: it just closed. */
  failed(handshake: Handshake, fault: Fault | null): void;
}

/** A connection that waits for its TLS handshake, or is in it. */
export class Handshake implements Timed, Turn {
  deadline = Infinity;
  bucket = 0;
  /** The client's address, as far as it is known by now. */
  readonly client: string;
  readonly #socket: Socket;
  readonly #reception: SecureReception;
  readonly #header: ProxyHeader | null;
  #fault: Fault | null = null;
  #over = false;

  /** Takes a socket that nobody reads. */
  constructor(socket: Socket, header: ProxyHeader | null, reception: SecureReception) {
    this.#socket = socket;
    this.client = header?.kind === 'addresses' ? header.ends.remoteAddress : peerAddress(socket);
    this.#header = header;
    this.#reception = reception;
    socket.on('error', ignore);
    socket.on('close', () => {
      now();
      this.#end();
    });
  }

  /** Asks for its turn. */
  start(): void {
    this.#arm(LONGEST_WAIT);
    this.#reception.turns.take(this);
  }

  begin(): void {
    const { credentials, handshakeTimeout } = this.#reception;
    if (credentials === undefined || this.#socket.destroyed) {
      this.destroy();
      return;
    }
    this.#arm(handshakeTimeout);
    const secure = new TLSSocket(this.#socket, credentials.options);
    // Nobody reads yet, and only who reads is told of the end by an event.
    secure.push = chunk => {
      if (chunk === null) this.#ended();
      return TLSSocket.prototype.push.call(secure, chunk);
    };
    secure.on('secure', () => this.#done(secure, credentials));
    secure.on('error', error => this.#fail(error));
  }

  giveWay(): void {
    this.#give(SILENCE);
  }

  expire(): void {
    this.#give(SILENCE);
  }

  /** It has to be over by then. */
  hurry(latest: number): void {
    timeouts.arm(this, Math.min(this.deadline, latest));
  }

  /** Ends the connection. */
  destroy(): void {
    this.#socket.destroy();
    this.#end();
  }

  /** The handshake is complete. Whether a certificate is accepted is told by nobody before that. */
  #done(secure: TLSSocket, { config: { clientCa, clientAuth } }: Credentials): void {
    if (this.#over) return;
    now();
    internalsOf(secure)._releaseControl();
    const asks = clientCa !== '';
    const facts = new ConnectionFacts(
      secure,
      asks,
      asks ? (internalsOf(secure).ssl.verifyError()?.code ?? '') : '',
    );
    if (asks && clientAuth === 'required' && !facts.certificate?.verified) {
      this.#fault = refusedCertificate(facts.certificate);
      secure.destroySoon();
      // It may find no room for its last word.
      this.#arm(LINGER);
      return;
    }
    this.#leave();
    this.#reception.secured(this, new SecureStream(secure, this.#socket, this.#header, facts));
  }

  /** The client has closed its side: there will be no handshake. One that is refused may have its last word. */
  #ended(): void {
    if (!this.#over && this.#fault === null) this.destroy();
  }

  /** The handshake has failed, and the connection closes by itself. */
  #fail(error: Error): void {
    if (this.#over) return;
    now();
    this.#fault ??= faultOf(error);
    // Nothing was encrypted yet: what spoke HTTP will understand that.
    if (this.#fault === PLAIN_HTTP && !this.#socket.destroyed) this.#socket.write(SPEAK_TLS);
    this.#end();
  }

  #give(fault: Fault): void {
    this.#fault ??= fault;
    this.destroy();
  }

  #end(): void {
    if (this.#over) return;
    this.#leave();
    this.#reception.failed(this, this.#fault);
  }

  #leave(): void {
    this.#over = true;
    timeouts.forget(this);
    this.#reception.turns.leave(this);
  }

  #arm(duration: number): void {
    timeouts.arm(this, Math.min(recent() + duration, this.#reception.latest));
  }
}

/** What of a socket is not in its type. */
interface Internals {
  readonly ssl: { verifyError(): NodeJS.ErrnoException | null };
  /** From then on the socket tells of errors as others do, and not as one whose server does. */
  _releaseControl(): void;
}

function internalsOf(secure: TLSSocket): Internals {
  return secure as unknown as Internals;
}

function ignore(): void {
  // It closes after that.
}
