import { parseNetwork } from '../config/cidr.ts';
import type { Config } from '../config/config.ts';
import { placeOf } from '../config/listen-address.ts';

/** What of a configuration lets clients in that should not be believed, or sends them in a circle; one line each. */
export function frontWarnings(config: Config): string[] {
  return [...endlessRedirects(config), ...believers(config), ...sharedCookies(config)];
}

/** Without a listener that speaks TLS, only a proxy in front can say that a request came by it. */
function endlessRedirects({ redirectHttps, listen, trustProxy }: Config): string[] {
  if (redirectHttps === 0 || trustProxy.length > 0) return [];
  const plain = listen.filter(({ tls }) => tls === undefined);
  if (plain.length === listen.length) {
    return [
      'requests are redirected to https, which no listener speaks: add ,tls,cert=FILE,key=FILE to one, or name the proxy that speaks it by --trust-proxy, or else they come back and are redirected again',
    ];
  }
  if (plain.length > 0) return leadNowhere(redirectHttps, listen);
  return ['nothing is redirected to https: every listener speaks TLS; add one without, such as --listen :80'];
}

/** Of those with something in front, and of those that were bound by somebody else, nobody here knows the port outside. */
function leadNowhere(port: number, listen: Config['listen']): string[] {
  const secure = listen.filter(({ tls }) => tls !== undefined);
  if (secure.some(one => one.proxyProtocol !== undefined || mayHave(one, port))) return [];
  const places = secure.map(placeOf).join(', ');
  return [
    `requests are redirected to https on port ${port}, where no listener speaks TLS (${places}): name the port by --redirect-https PORT, unless ${port} leads here from outside`,
  ];
}

function mayHave(listen: Config['listen'][number], port: number): boolean {
  return listen.kind !== 'tcp' || listen.port === port || listen.port === 0;
}

function believers({ trustProxy, listen }: Config): string[] {
  const all = trustProxy.find(isEverybody);
  return [
    ...(all === undefined
      ? []
      : [
          `everybody is believed who says X-Forwarded-For or Forwarded (--trust-proxy ${all}): any client can pass for another`,
        ]),
    ...listen
      .filter(({ proxyProtocol = [] }) => proxyProtocol.some(isEverybody))
      .map(
        one =>
          `${placeOf(one)} takes a PROXY header from everybody: any client can pass for another; name the networks of the proxies in front`,
      ),
  ];
}

function isEverybody(network: string): boolean {
  return parseNetwork(network)?.prefix === 0;
}

/** The endpoint of one pool means nothing to another. */
function sharedCookies({ pools }: Config): string[] {
  const seen = new Map<string, string>();
  return pools.flatMap(({ name, sticky }) => {
    if (sticky === undefined) return [];
    const other = seen.get(sticky.cookie);
    seen.set(sticky.cookie, name);
    return other === undefined
      ? []
      : [
          `the pools ${other} and ${name} keep their clients by one cookie, ${sticky.cookie}: a client of both sticks to neither; give each a name of its own`,
        ];
  });
}
