import type { LookupFunction } from 'node:net';
import type { SecureContext } from 'node:tls';
import type { GatewayError } from './errors.ts';
import type { FieldLines, Fields } from './fields.ts';

/** The two ends of the connection that a request came on; a unix socket has no addresses: empty, and port 0. */
export interface ConnectionEnds {
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localAddress: string;
  readonly localPort: number;
}

/** What is known of the TLS connection that a request came on. */
export interface TlsFacts {
  /** `TLSv1.3`. */
  readonly version: string;
  /** The cipher suite by its IANA name. */
  readonly cipher: string;
  /** The host that the client named by SNI; empty: none. */
  readonly serverName: string;
  /** Whether clients are asked for a certificate; undefined: they are not. */
  readonly asksForCertificate?: boolean;
  /** Null: the client has shown no certificate. */
  readonly certificate: ClientCertificate | null;
}

/** A certificate that a client has shown; texts are latin1 without control characters. */
export interface ClientCertificate {
  /** Distinguished names in the order of RFC 4514, such as `CN=alice,O=Example`. */
  readonly subject: string;
  readonly issuer: string;
  /** Hexadecimal digits. */
  readonly serial: string;
  /** SHA-256 in hexadecimal digits without separators. */
  readonly fingerprint: string;
  /** Whether an accepted issuer vouches for it and it is valid now. */
  readonly verified: boolean;
  /** Why it is not, in OpenSSL's word such as `CERT_HAS_EXPIRED`; empty if it is. */
  readonly reason: string;
  /** DER in base64. */
  readonly der: string;
}

/** The file that an application is to run for a request, and how the path names it (RFC 3875, 4.1.5 and 4.1.13). */
export interface Script {
  /** The document root, without a slash at its end, as the gateway sees it. */
  readonly root: string;
  /** The part of the decoded path that names the script; it is the script's path below the root as well. */
  readonly name: string;
  /** What follows in the decoded path; empty or with a slash in front. */
  readonly pathInfo: string;
}

/** What a route says of the variables that name a script, in place of what the request says; decoded, latin1. */
export interface ScriptNames {
  /** DOCUMENT_ROOT, as the application sees it, without a slash at its end; empty: as it is. */
  readonly docroot: string;
  /** SCRIPT_NAME, with a slash in front; empty: as it is. */
  readonly scriptName: string;
  /** PATH_INFO, empty or with a slash in front; undefined: as it is. */
  readonly pathInfo: string | undefined;
}

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
  /** The gateway's name for the exchange. */
  readonly id: string;
  /** The minor version that the client speaks: HTTP/1.`minor`. */
  readonly minor: 0 | 1;
  /** The client's address, or the one that a trusted proxy named; `unix` for one on a unix socket. */
  readonly client: string;
  readonly ends: ConnectionEnds;
  /** Whether it came by TLS, to the gateway or to the trusted proxy that says so. */
  readonly secure: boolean;
  /** The port that the client connected to as a trusted proxy says; 0: it says nothing. */
  readonly publicPort: number;
  /** Null: it came to the gateway without TLS. */
  readonly tls: TlsFacts | null;
  /** The script to run; null: the application itself sees to the whole path. */
  readonly script: Script | null;
  /** Null: its route says nothing of them. */
  readonly scriptNames: ScriptNames | null;
}

/** For whom a connection is made. */
export type Asking = Pick<BackendRequest, 'client' | 'ends'>;

/** Where a decoder reports what it read. Calls are synchronous, in this order: interim*, head, data*, end. */
export interface ResponseSink {
  /** A 1xx answer, 101 excepted (that is a head). */
  interim(status: number, fields: FieldLines): void;
  /**
   * The final head, or 101. Framing and hop-by-hop fields are gone from `fields`, but for a HEAD request or a 304
   * Content-Length stays there: it frames nothing then. `bodyLength` as in BackendRequest.
   */
  head(status: number, reason: string, fields: FieldLines, bodyLength: number | undefined): void;
  /**
   * In place of a head: the application wants the answer to a GET for another path of this gateway, `target` in
   * origin-form (RFC 3875, 6.2.2). `end` follows, and no data.
   */
  localRedirect(target: string): void;
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

/** What an application of the CGI family is told beside the request, and how its scripts are run. */
export interface Application {
  /** The document root as the application sees it; empty: as the gateway does. */
  readonly docroot: string;
  /** The front part of the path that stands for the application itself (SCRIPT_NAME); empty or with a slash in front. */
  readonly mount: string;
  /** Variables that are given as they are, over those made from the request. */
  readonly variables: Fields;
  /** Whether it sees the Authorization field (RFC 3875, 4.1.18). */
  readonly authorization: boolean;
  readonly symlinks: 'yes' | 'no' | 'same-owner';
  /** Requests that share a FastCGI connection if the application can do that; 1: never. */
  readonly multiplex: number;
}

/** What a backend gave so that the next handshake with it is a short one. */
export interface TlsSession {
  readonly bytes: Buffer;
  /** When the backend's certificate was checked, by this session or the one that it came from; a moment of clock.ts. */
  readonly checkedAt: number;
}

/** How TLS is spoken with an endpoint. */
export interface DestinationTls {
  /** The issuers that are believed, and the certificate that is shown; as the files of both are at present. */
  readonly context: SecureContext;
  /** Whose the certificate has to be: a host, which is asked for by SNI as well, or an address. */
  readonly name: string;
  /** Whether a certificate of the gateway is shown. */
  readonly shown: boolean;
  /** Whether the certificate is checked at all. */
  readonly verified: boolean;
  /** The names of the protocol inside of it for ALPN (RFC 7301); none: it is not used. */
  readonly offers: readonly string[];
  readonly sessions: {
    /** Undefined: the next handshake is a whole one. */
    readonly latest: TlsSession | undefined;
    keep(session: TlsSession): void;
    forget(): void;
  };
}

/** Where an endpoint is and how long to wait for it; durations in milliseconds. */
export interface Destination {
  readonly scheme: string;
  /** A name or address; empty for a unix socket. */
  readonly host: string;
  readonly port: number;
  /** Finds the addresses of the host if it is a name; undefined: the operating system does. */
  readonly lookup?: LookupFunction | undefined;
  /** Of a unix socket, or of what a process is to run; empty for TCP. A leading `@` names an abstract socket. */
  readonly path: string;
  /** Undefined: it is spoken to in the clear. */
  readonly tls?: DestinationTls | undefined;
  /** What a connection for a request begins with, before everything else; undefined: nothing. */
  readonly opening?: ((asking: Asking) => Buffer) | undefined;
  readonly application: Application;
  /** `host:port`, fit for a Host field and for the log. */
  readonly authority: string;
  readonly connectTimeout: number;
  readonly responseTimeout: number;
  readonly idleTimeout: number;
  readonly tunnelTimeout: number;
  /** Whether a connection is to stay open after an answer, for the next request. */
  readonly keepAlive: boolean;
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

/** One connection to an endpoint, for one request at a time. `send` .. `end` may be repeated; a closed one is gone for good. */
export interface Connection {
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
  /** The first byte of an answer arrived on the connection: the backend has taken it out of its backlog. Once at most. */
  accepted(connection: Connection): void;
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
  /** What it is called in ALPN (RFC 7301); undefined: it has no name there. */
  readonly alpn?: string;
  /** Whether a request body has to have a length before the request can be sent. */
  readonly needsLength: boolean;
  /** Whether a connection occupies a worker of the application for as long as it stands, idle or not. */
  readonly pinsWorker: boolean;
  /** A connection that starts to connect at its first `send`. */
  connect(destination: Destination, owner: ConnectionOwner): Connection;
}
