import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBackend } from './backend.ts';
import { extendPath, install, isInstalled, programPath } from './install.ts';
import { describeMachine, raiseFileLimit } from './machine.ts';
import type { Row } from './measurement.ts';
import { type BenchOptions, parseOptions, UsageError, usage } from './options.ts';
import { PEERS } from './peers/index.ts';
import type { Peer } from './peers/peer.ts';
import { printedVersion } from './peers/version.ts';
import { killAll } from './program.ts';
import { jsonReport, markdownReport, type Run, writeMarkdown } from './report.ts';
import { runScenario } from './rounds.ts';
import { SCENARIOS } from './scenarios/index.ts';
import type { Bench, Scenario } from './scenarios/scenario.ts';

const SCENARIO_NAMES = SCENARIOS.map(scenario => scenario.name);
const PEER_NAMES = PEERS.map(peer => peer.name);

/** Runs the bench; resolves to the exit status: 0, 1 when a row is invalid, 2 when it cannot run at all. */
async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2), SCENARIO_NAMES, PEER_NAMES);
  if (options === undefined) {
    console.log(usage(SCENARIO_NAMES, PEER_NAMES));
    return 0;
  }
  extendPath();
  const chosen = PEERS.filter(peer => options.peers.includes(peer.name));
  const wanted = SCENARIOS.filter(scenario => options.only.includes(scenario.name));
  prepareTools(chosen, wanted, options);
  const versions = findVersions(chosen);
  const peers = chosen.filter(peer => versions[peer.name] !== undefined);
  const scenarios = wanted.filter(possible);
  for (const name of new Set(scenarios.flatMap(({ needs }) => needs)))
    versions[name] = printedVersion(programPath(name)!, name === 'openssl' ? 'version' : '-v');
  const machine = describeMachine();
  console.log(machine);
  const rows = await measureAll(scenarios, peers, options);
  const { rounds, seconds } = options;
  const run: Run = { measuredAt: new Date().toISOString(), machine, rounds, seconds, versions, rows };
  publish(run, scenarios, options);
  return rows.some(row => row.rounds.some(round => round.errors.length > 0)) ? 1 : 0;
}

/** wrk and nginx are needed whoever takes part: they are the load and the backend. */
function prepareTools(peers: readonly Peer[], scenarios: readonly Scenario[], options: BenchOptions): void {
  const parts = [...peers.map(peer => peer.debianPackage ?? []), ...scenarios.map(({ needs }) => needs)];
  const packages = new Set(['wrk', 'nginx', ...parts.flat()]);
  const trouble = options.install ? install([...packages]) : undefined;
  if (trouble !== undefined) console.log(trouble);
  const missing = ['wrk', 'nginx'].filter(name => !isInstalled(name));
  if (missing.length > 0) throw new UsageError(`the bench cannot run without ${missing.join(' and ')}`);
}

/** Whether what stands behind the gateways in a scenario is there. */
function possible({ name, needs }: Scenario): boolean {
  const missing = needs.filter(program => !isInstalled(program));
  if (missing.length > 0) console.log(`${name} is left out: ${missing.join(' and ')} cannot be found`);
  return missing.length === 0;
}

function findVersions(peers: readonly Peer[]): Record<string, string> {
  const versions: Record<string, string> = {};
  for (const peer of peers) {
    try {
      versions[peer.name] = peer.version();
      console.log(`${peer.name} ${versions[peer.name]}`);
    } catch (error) {
      console.log(`${peer.name} is left out: ${(error as Error).message}`);
    }
  }
  return versions;
}

async function measureAll(
  scenarios: readonly Scenario[],
  peers: readonly Peer[],
  { rounds, seconds }: BenchOptions,
): Promise<Row[]> {
  const fileLimit = raiseFileLimit();
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  cleanUpAtExit(folder);
  const bench: Bench = { folder, backend: await startBackend(folder, fileLimit), seconds, fileLimit };
  const rows: Row[] = [];
  for (const scenario of scenarios) rows.push(...(await runScenario(scenario, peers, bench, rounds)));
  return rows;
}

function publish(run: Run, scenarios: readonly Scenario[], options: BenchOptions): void {
  const report = markdownReport(run, scenarios);
  console.log(`\n${report}`);
  if (options.markdown !== undefined) writeMarkdown(options.markdown, report);
  if (options.json !== undefined) writeFileSync(options.json, jsonReport(run, scenarios));
}

function cleanUpAtExit(folder: string): void {
  process.on('exit', () => {
    killAll();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  });
}

for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  process.on(signal, () => process.exit(status));
}

try {
  process.exit(await main());
} catch (error) {
  console.error(error instanceof UsageError ? `bench: ${error.message}` : error);
  process.exit(2);
}
