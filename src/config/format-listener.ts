import type { ListenConfig } from './config.ts';
import { type Change, comings } from './list-differences.ts';
import { placeOf } from './listen-address.ts';

const KEY = 'listen';

/** The options of a listener as a flag has them, without those that have their usual value. */
function formatOptions({ tls, proxyProtocol = [] }: ListenConfig): string[] {
  const networks = proxyProtocol.map(network => `proxy-protocol=${network}`);
  if (tls === undefined) return networks;
  return [
    'tls',
    ...tls.certificates.map(({ cert, key }) => `cert=${cert},key=${key}`),
    ...(tls.clientCa === '' ? [] : [`client-ca=${tls.clientCa}`]),
    ...(tls.clientAuth === 'optional' ? ['client-auth=optional'] : []),
    ...(tls.minVersion === '1.2' ? [] : [`min-version=${tls.minVersion}`]),
    ...networks,
  ];
}

/** What of listeners is new, gone or spoken differently. */
export function listenerChanges(before: readonly ListenConfig[], after: readonly ListenConfig[]): Change[] {
  const changed = after.flatMap(listen => {
    const was = before.find(other => placeOf(other) === placeOf(listen));
    if (was === undefined) return [];
    const [from, to] = [formatOptions(was), formatOptions(listen)].map(words => words.join(',') || 'plain');
    return from === to ? [] : [{ key: KEY, text: `listener ${placeOf(listen)}: ${from} -> ${to}` }];
  });
  return [...comings(KEY, 'listener', before.map(placeOf), after.map(placeOf)), ...changed];
}
