import type { CheckConfig, PoolConfig } from '../../config/config.ts';
import type { BackendRequest, Destination } from '../../protocol.ts';
import type { Endpoint } from '../endpoint.ts';
import { ownOpeningOf } from '../reached-by.ts';
import { checkedScript } from './check-script.ts';

/** By how much the time-outs of its connection are longer than that of the check, which is about all of it. */
const BEYOND = 1_000;

/** A request that no client has sent, and where it goes. */
export interface CheckRequest {
  readonly request: BackendRequest;
  readonly destination: Destination;
}

/**
 * The request by which an endpoint is checked. Its connection carries nothing else, is shared with nobody and not kept.
 * Throws GatewayError for a path that cannot be asked for in the endpoint's protocol.
 */
export function checkRequest(endpoint: Endpoint, pool: PoolConfig, check: CheckConfig): CheckRequest {
  const { scheme, authority } = endpoint;
  const { script, mount } = checkedScript(check.path, scheme, pool);
  // In other protocols it would say something of the client's connection, and there is none.
  const close = /^https?\b/.test(scheme) ? 'Connection: close\r\n' : '';
  const request: BackendRequest = {
    method: check.method,
    target: check.path,
    host: check.host || authority,
    fields: `User-Agent: sluice-check\r\n${close}`,
    bodyLength: 0,
    hasBody: false,
    upgrade: undefined,
    wantsTrailers: false,
    id: 'check',
    minor: 1,
    client: '127.0.0.1',
    ends: { remoteAddress: '', remotePort: 0, localAddress: '', localPort: 0 },
    secure: false,
    publicPort: 0,
    tls: null,
    scriptNames: null,
    script,
  };
  return { request, destination: destinationOf(endpoint, mount, check.timeout + BEYOND) };
}

/** Where an endpoint is reached by a connection of the gateway's own, which nobody shares and which is not kept. */
export function destinationOf(endpoint: Endpoint, mount: string, timeout: number): Destination {
  const { scheme, host, port, lookup, path, tls, backend, application, authority } = endpoint;
  return {
    scheme,
    host,
    port,
    lookup,
    path,
    tls,
    opening: ownOpeningOf(backend),
    application: { ...application, mount, multiplex: 1 },
    authority,
    connectTimeout: timeout,
    responseTimeout: timeout,
    idleTimeout: timeout,
    tunnelTimeout: timeout,
    keepAlive: false,
  };
}
