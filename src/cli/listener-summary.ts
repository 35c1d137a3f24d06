import type { Config, ListenConfig, ListenTlsConfig } from '../config/config.ts';
import { formatDuration } from '../config/duration.ts';
import { placeOf } from '../config/listen-address.ts';

/** Where a listener is, as messages call it. */
export function listenTitle(listen: ListenConfig): string {
  return placeOf(listen);
}

/** Where a listener is and what is spoken there, in words. */
export function listenerLines(listen: ListenConfig): string[] {
  const { tls, proxyProtocol } = listen;
  return [
    `${listenTitle(listen)}${kindOf(listen)}`,
    ...(proxyProtocol === undefined
      ? []
      : [`  connections begin with a PROXY header, from ${proxyProtocol.join(', ')}; all others are closed`]),
    ...(tls === undefined ? [] : tlsLines(tls)),
  ];
}

function kindOf(listen: ListenConfig): string {
  if (listen.kind === 'unix') return ', a unix socket';
  if (listen.kind === 'passed') return ', what the service manager has bound';
  const everywhere = listen.host === undefined ? ', all interfaces, IPv4 and IPv6' : '';
  return `${everywhere}${listen.port === 0 ? ', any free port' : ''}`;
}

function tlsLines({ certificates, clientCa, clientAuth, minVersion }: ListenTlsConfig): string[] {
  const versions = minVersion === '1.3' ? 'TLS 1.3' : 'TLS 1.2 and 1.3';
  const files = certificates.map(({ cert }) => cert);
  const clients =
    clientCa === ''
      ? []
      : [
          clientAuth === 'required'
            ? `  clients have to show a certificate by an issuer in ${clientCa}`
            : `  clients may show a certificate by an issuer in ${clientCa}`,
        ];
  return [`  ${versions}, with ${files.join(', ')}${files.length > 1 ? ', chosen by name' : ''}`, ...clients];
}

/** What handshakes may take, in words; nothing where there are none. */
export function handshakeLines({ listen, client, redirectHttps }: Config): string[] {
  const some = listen.some(({ tls, proxyProtocol }) => tls !== undefined || proxyProtocol !== undefined);
  return [
    ...(some
      ? [
          `handshakes: within ${formatDuration(client.handshakeTimeout)}, up to ${client.maxHandshakes} at once`,
        ]
      : []),
    ...(redirectHttps === 0 ? [] : [`without TLS they are redirected to https, port ${redirectHttps}`]),
  ];
}
