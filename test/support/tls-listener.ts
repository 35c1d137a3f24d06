import type { ListenConfig, ListenTlsConfig } from '../../src/config/config.ts';
import type { Certificate } from './certificates.ts';

/** A listener with TLS at a free port of 127.0.0.1. */
export function tlsListener(
  certificates: readonly Certificate[],
  options: Partial<ListenTlsConfig> = {},
): ListenConfig {
  return {
    kind: 'tcp',
    host: '127.0.0.1',
    port: 0,
    text: '127.0.0.1:0',
    tls: {
      certificates: certificates.map(({ certFile, keyFile }) => ({ cert: certFile, key: keyFile })),
      clientCa: '',
      clientAuth: 'required',
      minVersion: '1.2',
      ...options,
    },
  };
}
