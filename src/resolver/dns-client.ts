import type { RecordWithTtl } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { canonical } from './address.ts';
import { dnsFailure, noRecord } from './lookup-failure.ts';
import type { ResolvedPlace } from './question.ts';

/** How often each server is asked before the lookup fails; the second time it has twice as long. */
const TRIES = 2;
const SHARES = 3;

/** No time-out of a single try is shorter, in milliseconds. */
const SHORTEST = 100;

/** The addresses of one family. */
export interface Addresses {
  readonly addresses: readonly string[];
  /** In seconds, the shortest of all records on the way. */
  readonly ttl: number;
}

/** Asks DNS servers, one after the other until one knows; an answer that is cut is asked for again by TCP. */
export class DnsClient {
  /** What it asks. */
  readonly servers: readonly string[];
  readonly #resolver: Resolver;

  /** Servers as `ADDRESS:PORT`; `timeout` is for one question, over all of them. */
  constructor(servers: readonly string[], timeout: number) {
    this.servers = servers;
    const each = Math.max(SHORTEST, Math.floor(timeout / (servers.length * SHARES)));
    this.#resolver = new Resolver({ timeout: each, tries: TRIES });
    this.#resolver.setServers(servers);
  }

  /** The addresses of a complete name; rejects with LookupFailure, also if there are none. */
  async addresses(name: string, family: 4 | 6): Promise<Addresses> {
    const records = await this.#records(name, family).catch(this.#failed);
    const addresses = records.flatMap(({ address }) => canonical(address) ?? []);
    if (addresses.length === 0) throw noRecord('address');
    // Of very many records the library knows no time to live.
    const ttls = records.map(({ ttl }) => ttl).filter(ttl => Number.isFinite(ttl));
    return { addresses, ttl: Math.max(0, Math.min(...ttls)) };
  }

  /** What the SRV records of a complete name say; a target takes the place of an address, and is empty if there is no service. */
  async services(name: string): Promise<ResolvedPlace[]> {
    const records = await this.#resolver.resolveSrv(name).catch(this.#failed);
    if (records.length === 0) throw noRecord('SRV record');
    return records.map(({ name: target, port, priority, weight }) => ({
      address: target.toLowerCase(),
      target: '',
      port,
      priority,
      weight: Math.max(1, weight),
    }));
  }

  /** Gives up all that is under way. */
  close(): void {
    this.#resolver.cancel();
  }

  #failed = (thrown: unknown): never => {
    throw dnsFailure(thrown, this.servers);
  };

  #records(name: string, family: 4 | 6): Promise<RecordWithTtl[]> {
    const options = { ttl: true } as const;
    return family === 4 ? this.#resolver.resolve4(name, options) : this.#resolver.resolve6(name, options);
  }
}
