import type { BackendConnection } from '../support/backend.ts';

/** What an application behind the gateway gets to see of a request. */
export interface SeenRequest {
  readonly method: string;
  readonly target: string;
  /** The value of a request field; undefined: not there. */
  field(name: string): string | undefined;
  readonly body: Buffer;
}

/** What an application answers. */
export interface GivenAnswer {
  readonly status: number;
  readonly reason: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** Of an answer that has none, to HEAD or 304: what it would be; programs of the CGI family may print it all the same. */
  readonly body: Buffer;
  readonly bodiless: boolean;
}

/** A protocol as a backend speaks it, so that one suite can be played over all of them. */
export interface Dialect {
  readonly name: string;
  /** Whether a connection may carry another request after an answer. */
  readonly reusable: boolean;
  /** Whether an answer says itself where it ends; if not, only closing the connection does. */
  readonly delimited: boolean;
  /** How many of the last bytes of an answer mean nothing: it is whole without them. */
  readonly filling: number;
  /** Whether fields of any bytes reach the application; if not, only those in UTF-8 do. */
  readonly anyBytes: boolean;
  /** Whether it is spoken inside of TLS. */
  readonly secure?: boolean;
  /** The backend URL for a port on 127.0.0.1. */
  url(port: number): string;
  /** Reads the next request on a connection. */
  read(connection: BackendConnection): Promise<SeenRequest>;
  /** Reads no more of a request than shows that there is one. */
  readStart(connection: BackendConnection): Promise<unknown>;
  /** Reads the body of a request of which the start was read, and that has a length. */
  readBody(connection: BackendConnection, length: number): Promise<Buffer>;
  /** The bytes of an answer. */
  answer(answer: GivenAnswer): Buffer;
}
