import type { BackendConfig, BackendTlsConfig, ListenConfig, ListenTlsConfig } from './config.ts';
import { Misread } from './misread.ts';
import { checkPair, readCertificates } from './pem.ts';
import { type Composing, type Placed, resolvePath } from './source.ts';

/** A listener with absolute paths, whose certificates have to be there and to fit; what is wrong joins the mistakes. */
export function composeListener({ value, path }: Placed<ListenConfig>, composing: Composing): ListenConfig {
  if (value.tls === undefined) return value;
  const absolute = (file: string): string =>
    file === '' ? '' : resolvePath(composing, { value: file, path });
  const tls: ListenTlsConfig = {
    ...value.tls,
    certificates: value.tls.certificates.map(({ cert, key }) => ({
      cert: absolute(cert),
      key: absolute(key),
    })),
    clientCa: absolute(value.tls.clientCa),
  };
  for (const { cert, key } of tls.certificates) check(path, composing, () => checkPair(cert, key));
  if (tls.clientCa !== '') check(path, composing, () => readCertificates(tls.clientCa));
  return { ...value, tls };
}

/** A backend with absolute paths, whose certificates have to be there and to fit; what is wrong joins the mistakes. */
export function composeBackend({ value, path }: Placed<BackendConfig>, composing: Composing): BackendConfig {
  if (value.tls === undefined) return value;
  const absolute = (file: string): string =>
    file === '' ? '' : resolvePath(composing, { value: file, path });
  const { ca, cert, key, sni, insecure } = value.tls;
  const tls: BackendTlsConfig = { ca: absolute(ca), cert: absolute(cert), key: absolute(key), sni, insecure };
  if (tls.ca !== '') check(path, composing, () => readCertificates(tls.ca));
  if (tls.cert !== '') check(path, composing, () => checkPair(tls.cert, tls.key));
  return { ...value, tls };
}

function check(path: Placed<unknown>['path'], { mistakes }: Composing, read: () => unknown): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof Misread)) throw error;
    mistakes.push({ path, message: error.message });
  }
}
