import type { GatewayError } from './errors.ts';
import type { FieldLines, Fields } from './fields.ts';

/** A request as a backend is to see it; the same object may be sent several times. */
export interface BackendRequest {
  readonly method: string;
  /** The bytes of the request target in origin-form (or `*`), as the client sent them, after rewrites. */
  readonly target: string;
  /** The client's Host, or that of its absolute-form target; empty if an HTTP/1.0 client named none. */
  readonly host: string;
  /** End-to-end fields only, without Host: hop-by-hop and framing fields stopped at the border. */
  readonly fields: FieldLines;
  /** Body bytes to come; 0: no body; undefined: not known in advance. */
  readonly bodyLength: number | undefined;
  /** Whether the message frames a body at all: a POST with Content-Length: 0 has one, a GET without has not. */
  readonly hasBody: boolean;
  /** The protocols of an Upgrade field that the client sent and that may be granted; undefined: none. */
  readonly upgrade: string | undefined;
  /** Whether the client said that it understands trailers (TE: trailers). */
  readonly wantsTrailers: boolean;
}

/** Where a decoder reports what it read. Calls are synchronous, in this order: interim*, head, data*, end. */
export interface ResponseSink {
  /** A 1xx answer, 101 excepted (that is a head). */
  interim(status: number, fields: FieldLines): void;
  /**
   * The final head, or 101. Framing and hop-by-hop fields are gone from `fields`, but for a HEAD request or a 304
   * Content-Length stays there: it frames nothing then. `bodyLength` as in BackendRequest.
   */
  head(status: number, reason: string, fields: FieldLines, bodyLength: number | undefined): void;
  /** A view into the read buffer: valid during the call. */
  data(chunk: Buffer): void;
  end(trailers: Fields): void;
  /** What an application says on its error stream (FCGI_STDERR, CGI stderr). */
  diagnostic(text: string): void;
}

/** Where an encoder writes. Strings are latin1; a buffer is a view, valid during the call. */
export interface ByteSink {
  write(bytes: string | Buffer): void;
}

/** Bytes one way, events the other; one request at a time over one byte stream; no socket, timer or pool inside. */
export interface Codec {
  begin(request: BackendRequest, out: ByteSink): void;
  data(chunk: Buffer, out: ByteSink): void;
  finish(trailers: Fields, out: ByteSink): void;
  /** Throws GatewayError when the bytes cannot be read: malformed, too large. */
  receive(chunk: Buffer, sink: ResponseSink): void;
  /** The peer closed: ends a close-delimited body, or throws GatewayError. */
  eof(sink: ResponseSink): void;
  /** After `end`: whether this byte stream proved clean and may carry another request. */
  readonly reusable: boolean;
  /** After `end`: for how many milliseconds the peer promised to keep the stream open; undefined: it did not say. */
  readonly keepAliveFor: number | undefined;
  /** After a head with status 101: the rest of the byte stream, both ways, belongs to the upgraded protocol. */
  readonly upgraded: boolean;
}

/** Where an endpoint is and how long to wait for it; durations in milliseconds. */
export interface Destination {
  readonly scheme: string;
  /** A name or address; empty for a unix socket. */
  readonly host: string;
  readonly port: number;
  /** Of a unix socket; empty for TCP. A leading `@` names an abstract one. */
  readonly path: string;
  /** `host:port`, fit for a Host field and for the log. */
  readonly authority: string;
  readonly connectTimeout: number;
  readonly responseTimeout: number;
  readonly idleTimeout: number;
  readonly tunnelTimeout: number;
}

/**
 * The side of an attempt that listens. After `end` or `failed` no further call comes. On an upgraded connection `data`
 * is what the backend sends, and `end` comes when both sides have closed.
 */
export interface Receiver extends ResponseSink {
  /** The connection stands and the request's head is about to be written. */
  connected(): void;
  /** The request body may go on, after `write` returned false. */
  writable(): void;
  /** On an upgraded connection: the backend has closed its side, the client has not. */
  halfClosed(): void;
  /** All calls that one read gave rise to have been made: what was gathered should be written out. */
  flush(): void;
  failed(error: GatewayError): void;
}

/** One connection to an endpoint. `send` .. `end` may be repeated; a closed one is gone for good. */
export interface Connection {
  /** How many requests it carries at once. */
  readonly capacity: number;
  /** Whether it has carried a request before the present one. */
  readonly reused: boolean;
  /** Whether a byte of the present request has been handed to the operating system. */
  readonly sent: boolean;
  send(request: BackendRequest, receiver: Receiver): void;
  /** A part of the request body, a view; false: wait for `writable`. */
  write(chunk: Buffer): boolean;
  /** The request body is complete. On an upgraded connection: the client has closed its side. */
  finish(trailers: Fields): void;
  /** Stops and restarts reading the answer. */
  pause(): void;
  resume(): void;
  /** Gives the present request up, or ends an idle connection. The reason is for the log. The receiver hears no more. */
  close(reason: string): void;
}

/** Who keeps a connection between requests. */
export interface ConnectionOwner {
  /** The connection proved clean and may carry another request; `forMs`: what the peer promised, if it did. */
  idle(connection: Connection, forMs: number | undefined): void;
  /** The connection is gone, whether it was idle, busy or not yet there. */
  closed(connection: Connection, reason: string): void;
}

/** One way to speak to a backend. */
export interface Protocol {
  readonly name: string;
  /** The schemes of a backend URL that mean it. */
  readonly schemes: readonly string[];
  /** A connection that starts to connect at its first `send`. */
  connect(destination: Destination, owner: ConnectionOwner): Connection;
}
