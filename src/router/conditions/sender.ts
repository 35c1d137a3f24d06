import { Networks, UNIX } from '../../config/cidr.ts';
import type { Exchange } from '../../exchange.ts';
import type { Condition } from './condition.ts';

/** The methods of requests, as written. */
export class MethodCondition implements Condition {
  private readonly methods: ReadonlySet<string>;

  constructor(values: readonly string[]) {
    this.methods = new Set(values);
  }

  holds({ method }: Exchange): boolean {
    return this.methods.has(method);
  }
}

/** The networks that clients belong to; a text that is no address belongs to none. */
export class ClientCondition implements Condition {
  private readonly networks: Networks;

  constructor(values: readonly string[]) {
    this.networks = new Networks(values);
  }

  holds({ client }: Exchange): boolean {
    return client === UNIX ? this.networks.containsUnix : this.networks.contains(client);
  }
}
