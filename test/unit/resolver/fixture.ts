import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { ResolverConfig } from '../../../src/config/config.ts';
import type { Surroundings } from '../../../src/resolver/name-sources.ts';
import { keyOf, type NameStatus, type Question } from '../../../src/resolver/question.ts';
import { Resolver } from '../../../src/resolver/resolver.ts';
import type { Watch } from '../../../src/resolver/watch.ts';
import { afterwards } from '../../support/afterwards.ts';
import { type DnsServer, dnsServer } from '../../support/dns-server.ts';
import { eventually } from '../../support/eventually.ts';
import { type LoggedMessage, MemoryLog } from '../../support/memory-log.ts';
import { temporaryFolder } from '../../support/socket-path.ts';

/** A name that a test watches, with all that it was told. */
export class Watched {
  readonly watch: Watch;
  /** The places of each call, joined by blanks; empty: none any more. */
  readonly told: string[] = [];
  /** Why there were none, of each call. */
  readonly reasons: string[] = [];

  constructor(resolver: Resolver, question: Question) {
    this.watch = resolver.watch(question, (places, reason) => {
      this.told.push(places.map(keyOf).join(' '));
      this.reasons.push(reason);
    });
  }

  /** What it stands for at present; undefined: that is not known. */
  get places(): string | undefined {
    return this.watch.places?.map(keyOf).join(' ');
  }
}

/** A resolver that asks a scripted DNS server, and looks into a hosts file of the test's. */
export class Fixture {
  readonly resolver: Resolver;
  readonly dns: DnsServer;
  readonly log = new MemoryLog();
  readonly hostsPath: string;
  readonly resolvConfPath: string;

  constructor(
    t: TestContext,
    dns: DnsServer,
    config: Partial<ResolverConfig>,
    around: Partial<Surroundings>,
  ) {
    this.dns = dns;
    const folder = temporaryFolder(t);
    this.hostsPath = join(folder, 'hosts');
    this.resolvConfPath = join(folder, 'resolv.conf');
    const limits = { minTtl: 20, maxTtl: 300_000, stale: Number.POSITIVE_INFINITY, timeout: 2000 };
    this.resolver = new Resolver({ servers: [dns.place], ...limits, ...config }, this.log, {
      hostsPath: this.hostsPath,
      resolvConfPath: this.resolvConfPath,
      reach: () => ({ ipv4: true, ipv6: true }),
      systemLookup: () => Promise.reject(Object.assign(new Error('not known'), { code: 'ENOTFOUND' })),
      ...around,
    });
    afterwards(t, () => this.resolver.close());
  }

  hosts(text: string): void {
    writeFileSync(this.hostsPath, text);
  }

  watch(host: string, kind: Question['kind'] = 'addresses', family: Question['family'] = 0): Watched {
    return new Watched(this.resolver, { host, kind, family });
  }

  /** A name, once its first lookup is over. */
  async first(host: string, kind?: Question['kind'], family?: Question['family']): Promise<Watched> {
    const watched = this.watch(host, kind, family);
    await watched.watch.first;
    return watched;
  }

  /** Resolves when the server was asked so many times more than now for the addresses of a name. */
  async asked(host: string, times = 1, type = 'A'): Promise<void> {
    const before = this.dns.asked(host, type);
    await eventually(`${host} is looked up`, () => this.dns.asked(host, type) >= before + times);
  }

  status(name: string): NameStatus {
    return this.resolver.status().find(status => status.name === name)!;
  }

  /** Messages of a level and above nothing. */
  said(level: LoggedMessage['level']): LoggedMessage[] {
    return this.log.messages.filter(message => message.level === level);
  }
}

/** Its servers are the scripted one unless `config` says otherwise; a time to live of 0 is 20 ms. */
export async function resolving(
  t: TestContext,
  config: Partial<ResolverConfig> = {},
  around: Partial<Surroundings> = {},
  dns?: DnsServer,
): Promise<Fixture> {
  return new Fixture(t, dns ?? (await dnsServer(t)), config, around);
}
