import type { BackendConfig } from '../config/config.ts';
import type { Asking, Protocol } from '../protocol.ts';
import { localHeaderV1, localHeaderV2, proxyHeaderV1, proxyHeaderV2 } from '../transport/proxy-header.ts';
import { EndpointTls, type TlsWhereabouts } from './endpoint-tls.ts';

/** What a connection to a backend begins with, by the version of its PROXY header; undefined: nothing. */
export function openingOf({ sendProxy }: BackendConfig): ((request: Asking) => Buffer) | undefined {
  if (sendProxy === 0) return undefined;
  return sendProxy === 1 ? proxyHeaderV1 : proxyHeaderV2;
}

/** The same for a connection of the gateway's own. */
export function ownOpeningOf({ sendProxy }: BackendConfig): (() => Buffer) | undefined {
  if (sendProxy === 0) return undefined;
  return sendProxy === 1 ? localHeaderV1 : localHeaderV2;
}

/** TLS as it is spoken with one endpoint of a backend; undefined: it is not. Throws if its files cannot be used. */
export function tlsOf(
  backend: BackendConfig,
  protocol: Protocol,
  whereabouts: TlsWhereabouts,
): EndpointTls | undefined {
  return backend.tls === undefined ? undefined : new EndpointTls(backend.tls, protocol, whereabouts);
}
