import { isIP } from 'node:net';
import type { ResolverConfig } from '../config/config.ts';
import { type Reach, reachOfMachine } from './address.ts';
import { DnsClient } from './dns-client.ts';
import { HostsFile } from './hosts-file.ts';
import { candidates, ResolvConf } from './resolv-conf.ts';
import { systemLookup } from './system-lookup.ts';
import { Turns } from './turns.ts';

/** What a resolver takes from its surroundings; tests give their own. */
export interface Surroundings {
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  /** Uniform in 0 <= x < 1. */
  readonly random: () => number;
  readonly hostsPath: string;
  readonly resolvConfPath: string;
  /** Where the servers of resolv.conf listen. */
  readonly dnsPort: number;
  readonly systemLookup: (host: string, family: 0 | 4 | 6) => Promise<readonly string[]>;
  readonly reach: () => Reach;
}

/** Those of the machine. */
export const MACHINE: Omit<Surroundings, 'now'> = {
  random: Math.random,
  hostsPath: '/etc/hosts',
  resolvConfPath: '/etc/resolv.conf',
  dnsPort: 53,
  systemLookup,
  reach: reachOfMachine,
};

/** Lookups by DNS that may be under way at once; a name of which both families are asked for counts once. */
const MOST_AT_ONCE = 64;

/** All that can be asked what a name stands for. */
export class NameSources {
  /** Who is asked, and the bounds of all times. */
  config: ResolverConfig;
  readonly around: Surroundings;
  readonly hosts: HostsFile;
  readonly turns = new Turns(MOST_AT_ONCE);
  readonly #resolvConf: ResolvConf;
  #dns: DnsClient | undefined;

  constructor(config: ResolverConfig, around: Surroundings) {
    this.config = config;
    this.around = around;
    this.hosts = new HostsFile(around.hostsPath);
    this.#resolvConf = new ResolvConf(around.resolvConfPath);
  }

  /** Goes by another configuration from now on; what is under way ends by itself. */
  configure(config: ResolverConfig): void {
    this.config = config;
    this.#dns = undefined;
  }

  /** The DNS servers to ask at present; undefined: there are none. */
  get dns(): DnsClient | undefined {
    const servers = this.#servers();
    if (this.#dns !== undefined && this.#dns.servers.join() === servers.join()) return this.#dns;
    this.#dns = servers.length === 0 ? undefined : new DnsClient(servers, this.config.timeout);
    return this.#dns;
  }

  /** The names to ask DNS for, in order. A server that was named by the operator is asked for the name as it is. */
  namesFor(host: string): readonly string[] {
    const system = this.#ownServers ? { search: [], ndots: 0 } : this.#resolvConf.get();
    return candidates(host, system);
  }

  /** Undefined: the operating system is not asked, since the configuration says who is. */
  get system(): Surroundings['systemLookup'] | undefined {
    return this.#ownServers ? undefined : this.around.systemLookup;
  }

  /** Whether the files that say who knows what have changed since this was last asked. */
  look(): boolean {
    const hosts = this.hosts.look();
    return this.#resolvConf.look() || hosts;
  }

  /** Gives up all that is under way. */
  close(): void {
    this.#dns?.close();
  }

  get #ownServers(): boolean {
    return this.config.servers.length > 0;
  }

  #servers(): readonly string[] {
    if (this.#ownServers) return this.config.servers;
    const port = this.around.dnsPort;
    return this.#resolvConf
      .get()
      .servers.map(address => (isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`));
  }
}
