import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { GatewayStatus } from '../../src/gateway-status.ts';
import { type Dnsmasq, startDnsmasq } from '../support/dnsmasq.ts';
import { eventually } from '../support/eventually.ts';
import { Load } from '../support/load.ts';
import { type Neighbours, neighbours } from '../support/neighbours.ts';
import { unlessInstalled } from '../support/program.ts';
import { SERVE, serveBy } from '../support/serve-process.ts';
import { temporaryFolder } from '../support/socket-path.ts';
import { statusAt } from '../support/status-at.ts';
import { Generations } from '../support/upgrades.ts';
import { runCli } from '../unit/cli/run-cli.ts';

const options = { skip: unlessInstalled('dnsmasq') };
const [ONE, TWO, THREE] = ['127.0.0.31', '127.0.0.32', '127.0.0.33'] as const;

/** A gateway at full load in front of a name, and an operator who works on it by commands alone. */
class Site {
  readonly dns: Dnsmasq;
  readonly places: Neighbours;
  readonly file: string;
  readonly #t: TestContext;
  readonly #orders: string;
  #load: Load | undefined;

  constructor(t: TestContext, dns: Dnsmasq, places: Neighbours) {
    this.#t = t;
    this.dns = dns;
    this.places = places;
    const folder = temporaryFolder(t);
    this.file = join(folder, 'sluice.yaml');
    this.#orders = `unix:${join(folder, 'orders.sock')}`;
    this.write({});
  }

  /** Writes the configuration file, with settings of the pool beside its name. */
  write(pool: object): void {
    const backends = [`http://app.test:${this.places.port}`];
    const app = { backends, check: '/health', queue: { length: 100 }, ...pool };
    const top = { listen: '127.0.0.1:0', admin: this.#orders, resolver: this.dns.place };
    writeFileSync(this.file, JSON.stringify({ ...top, 'access-log': 'off', pools: { app } }));
  }

  async start(): Promise<Generations> {
    const gateway = await serveBy(this.#t, [...SERVE, '--config', this.file]);
    const generations = new Generations(this.#t, gateway);
    this.#load = new Load(this.#t, gateway.address, 16);
    return generations;
  }

  /** Runs a command for the gateway; gives what it prints. */
  async sluice(...words: string[]): Promise<string> {
    const { status, stdout, stderr } = await runCli(this.#t, ...words, '--admin', this.#orders);
    assert.equal(status, 0, `sluice ${words.join(' ')}: ${stderr}`);
    return stdout;
  }

  async status(): Promise<GatewayStatus['pools'][number]> {
    return (await statusAt(this.#orders.slice('unix:'.length))).pools[0]!;
  }

  /** Waits until so many more requests were answered. */
  async goesOn(requests = 200): Promise<void> {
    const before = this.#load!.answered;
    await eventually('requests are answered', () => this.#load!.answered >= before + requests);
  }

  /** Waits until so many more requests were served at an address. */
  async serves(address: string, requests = 50): Promise<void> {
    const before = this.places.at(address).requests.length;
    await eventually(`${address} serves`, () => this.places.at(address).requests.length >= before + requests);
  }

  async end(): Promise<void> {
    await this.#load!.end();
    assert.deepEqual(this.#load!.failures, []);
  }
}

async function site(t: TestContext): Promise<Site> {
  const dns = await startDnsmasq(t, { 'app.test': [ONE, TWO] });
  return new Site(t, dns, await neighbours(t, [ONE, TWO, THREE]));
}

test('whatever an operator does to a pool at full load, no request fails', options, async t => {
  const work = await site(t);
  const generations = await work.start();
  await work.serves(ONE);
  await work.serves(TWO);

  work.dns.knows({ 'app.test': [ONE, TWO, THREE] });
  await work.serves(THREE);

  assert.match(await work.sluice('hold', 'app', '--wait', '10s'), /nothing is in flight/);
  const held = await work.status();
  assert.deepEqual([held.inFlight, held.hold?.phase, held.hold?.waiting], [0, 'held', 16]);
  await work.sluice('resume', 'app', '--pace', '500/s');
  await work.goesOn();
  while ((await work.status()).hold !== null) await new Promise(resolve => setTimeout(resolve, 10));

  assert.match(await work.sluice('drain', ONE, '--wait', '10s'), /drained/);
  await work.goesOn();
  assert.equal(work.places.at(ONE).open, 0, 'a drained endpoint has no connection left');
  await work.sluice('enable', ONE);
  await work.serves(ONE);

  await work.sluice('disable', TWO);
  await work.sluice('set', 'app', 'max-conns=2', 'balance=round-robin');
  await work.sluice('add', 'app', `http://${TWO}:${work.places.port},name=by-hand`);
  await work.serves(TWO);
  assert.equal((await work.status()).changes.length, 4);
  await work.sluice('remove', 'by-hand', '--wait', '10s');
  await work.sluice('enable', TWO);

  work.write({ balance: 'least-time', 'max-conns': 50 });
  assert.match(await work.sluice('reload'), /balance/);
  await work.goesOn();
  const reloaded = await work.status();
  assert.deepEqual([reloaded.balance, reloaded.changes], ['least-time', []]);

  assert.match(await work.sluice('upgrade'), /serves now/);
  await eventually('the process before has ended', () => generations.count(/"msg":"drained"/g) === 1);
  await work.goesOn();

  work.dns.knows({ 'app.test': [THREE] });
  await eventually('the others have let go', () => work.places.at(ONE).open + work.places.at(TWO).open === 0);
  await work.serves(THREE, 200);
  await work.end();
  await work.sluice('stop', '--wait', '10s');
});

test('a wrong configuration is refused by its line, and changes nothing at full load', options, async t => {
  const work = await site(t);
  const { gateway } = await work.start();
  await work.serves(ONE);
  const before = await work.status();
  work.write({ balance: 'round-robbin' });
  const { status, stderr } = await runCli(
    t,
    'reload',
    '--admin',
    `unix:${join(work.file, '../orders.sock')}`,
  );
  assert.equal(status, 1);
  assert.match(stderr, /sluice\.yaml:\d+: pools\.app\.balance: .*round-robin/);
  await eventually('the log says so, too', () => /sluice\.yaml.*no reload: nothing/.test(gateway.output));
  assert.equal((await work.status()).balance, before.balance);
  await work.goesOn();
  await work.end();
});
