import { expansionOf } from './backend-host.ts';
import { usualName } from './backend-url.ts';
import { fromByteText } from './byte-text.ts';
import type { BackendConfig } from './config.ts';

/** A backend as a flag names it, without options that have their usual value. */
export function formatBackend(backend: BackendConfig): string {
  const { url, weight, maxConns, backup, docroot, multiplex, expand, family, name } = backend;
  return [
    url,
    ...(weight === 1 ? [] : [`weight=${weight}`]),
    ...(maxConns === undefined ? [] : [`max-conns=${maxConns}`]),
    ...(backup ? ['backup'] : []),
    ...(name === usualName(backend) ? [] : [`name=${name}`]),
    ...(expand === 'no' && isSplit(backend) ? ['no-split'] : []),
    ...(family === 0 ? [] : [`family=${family}`]),
    ...(docroot === '' ? [] : [`docroot=${fromByteText(docroot)}`]),
    ...(multiplex === 1 ? [] : [`mpxs=${multiplex}`]),
    ...formatTls(backend.tls),
    ...(backend.sendProxy === 0 ? [] : [`send-proxy=v${backend.sendProxy}`]),
  ].join(',');
}

function formatTls(tls: BackendConfig['tls']): string[] {
  if (tls === undefined) return [];
  const named = (['ca', 'cert', 'key', 'sni'] as const).filter(name => tls[name] !== '');
  return [...named.map(name => `${name}=${tls[name]}`), ...(tls.insecure ? ['insecure'] : [])];
}

/** Whether a host would stand for all of its addresses if it were not told otherwise. */
function isSplit({ host }: BackendConfig): boolean {
  return expansionOf(host, false, { noSplit: false, family: 0 }) === 'addresses';
}
