import { GatewayError } from '../../errors.ts';
import type { Exchange } from '../../exchange.ts';
import { quoted } from '../../http1/refusal.ts';
import type { Condition } from './condition.ts';
import { Values } from './values.ts';

const WILDCARD = '*.';

/** The hosts of requests: names, what lies below `*.` a domain, and regular expressions. */
export class HostCondition implements Condition {
  readonly names: Values | undefined;
  /** Without the star, and so with a dot in front. */
  readonly domains: readonly string[];

  constructor(values: readonly string[]) {
    const names = values.filter(value => !value.startsWith(WILDCARD));
    this.domains = values.filter(value => value.startsWith(WILDCARD)).map(value => value.slice(1));
    this.names = names.length === 0 ? undefined : new Values(names.map(canonical));
  }

  /** Whether it can be looked up: it lists names and domains alone. */
  get listed(): boolean {
    return this.names === undefined ? this.domains.length > 0 : this.names.patterns.length === 0;
  }

  holds(_exchange: Exchange, host: string): boolean {
    for (const domain of this.domains) if (host.length > domain.length && host.endsWith(domain)) return true;
    return this.names?.has(host) === true;
  }
}

/**
 * A Host as routes see it: without its port and the dot of the root, in lower case. Throws http_request_error for one with
 * a percent sign, which some readers decode and others do not.
 */
export function hostName(host: string): string {
  if (host.includes('%')) {
    throw new GatewayError(
      'http_request_error',
      `host ${quoted(host)}: send it without percent signs; routes go by host`,
    );
  }
  const colon = host.lastIndexOf(':');
  // In an IPv6 address without a port the last colon is the address's own.
  const name = colon === -1 || host.endsWith(']') ? host : host.slice(0, colon);
  return canonical((name.endsWith('.') ? name.slice(0, -1) : name).toLowerCase());
}

/** An IPv6 address has many spellings. */
function canonical(name: string): string {
  if (!name.startsWith('[')) return name;
  return URL.parse(`http://${name}`)?.hostname ?? name;
}
