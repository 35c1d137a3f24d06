import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { ClientCertificate, TlsFacts } from '../../protocol.ts';
import { distinguishedName } from './distinguished-name.ts';

/** What is known of a TLS connection; each fact is asked for when it is wanted first, and kept. */
export class ConnectionFacts implements TlsFacts {
  readonly #socket: TLSSocket;
  readonly asksForCertificate: boolean;
  readonly #verifyFault: string;
  #version: string | undefined;
  #cipher: string | undefined;
  #certificate: ClientCertificate | null | undefined;

  /** `verifyFault`: why the certificate that was shown is not accepted, in OpenSSL's word; empty: it is, if there is one. */
  constructor(socket: TLSSocket, asksForCertificate: boolean, verifyFault: string) {
    this.#socket = socket;
    this.#verifyFault = verifyFault;
    this.asksForCertificate = asksForCertificate;
  }

  get version(): string {
    this.#version ??= this.#socket.getProtocol() ?? '';
    return this.#version;
  }

  get cipher(): string {
    this.#cipher ??= this.#socket.getCipher()?.standardName ?? '';
    return this.#cipher;
  }

  get serverName(): string {
    const { servername } = this.#socket as unknown as { servername: string | false | null };
    return HOST.test(servername || '') ? (servername as string) : '';
  }

  get certificate(): ClientCertificate | null {
    if (this.#certificate === undefined) this.#certificate = this.#shown();
    return this.#certificate;
  }

  #shown(): ClientCertificate | null {
    if (!this.asksForCertificate) return null;
    const certificate = this.#socket.getPeerX509Certificate();
    if (certificate === undefined) return null;
    return clientCertificate(certificate, this.#verifyFault);
  }
}

/** Others decide what is in it: a host, or nothing. */
const HOST = /^[\w.-]{1,255}$/;

/** A certificate and why it is not accepted; empty: it was, when the session began. */
export function clientCertificate(certificate: X509Certificate, fault: string): ClientCertificate {
  const reason = fault === '' ? validity(certificate) : fault;
  return {
    subject: distinguishedName(certificate.subject),
    issuer: distinguishedName(certificate.issuer),
    serial: certificate.serialNumber,
    fingerprint: certificate.fingerprint256.replaceAll(':', ''),
    verified: reason === '',
    reason,
    der: certificate.raw.toString('base64'),
  };
}

/** A session may be resumed with a certificate that has ended since. */
function validity({ validTo }: X509Certificate): string {
  return Date.parse(validTo) <= Date.now() ? 'CERT_HAS_EXPIRED' : '';
}
