import type { Config } from '../config/config.ts';
import { placeOf } from '../config/listen-address.ts';
import { meantNetwork } from '../config/meant-network.ts';

/** Networks that are written as an address within them, and so may be more than was meant; one line each. */
export function networkWarnings({ trustProxy, listen, routes }: Config): string[] {
  return [
    ...trustProxy.flatMap(text => wider('--trust-proxy', text)),
    ...listen.flatMap(one =>
      (one.proxyProtocol ?? []).flatMap(text => wider(`${placeOf(one)}: proxy-protocol`, text)),
    ),
    ...routes.flatMap(({ name, conditions }) =>
      conditions
        .filter(({ kind }) => kind === 'client')
        .flatMap(({ values }) => values.flatMap(text => wider(`route ${name}: client`, text))),
    ),
  ];
}

function wider(place: string, text: string): string[] {
  const meant = meantNetwork(text);
  if (meant === undefined) return [];
  const [address] = text.split('/');
  return [
    `${place} ${text} means the whole network ${meant}: write that, or ${address} for the address alone`,
  ];
}
