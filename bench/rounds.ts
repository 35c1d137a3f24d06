import type { Measurement, Row } from './measurement.ts';
import type { Peer } from './peers/peer.ts';
import type { Bench, Scenario, Trial } from './scenarios/scenario.ts';
import { rotate } from './statistics.ts';
import { formatFigure } from './table.ts';

/** Measures the peers in turns, each round in another order, so that a change of the machine meets all alike. */
export async function runScenario(
  scenario: Scenario,
  peers: readonly Peer[],
  bench: Bench,
  rounds: number,
): Promise<Row[]> {
  const entries = peers
    .filter(peer => scenario.takes(peer))
    .map(peer => ({ peer, trial: scenario.open(peer, bench), measured: [] as Measurement[] }));
  try {
    for (let round = 0; round < rounds; round++) {
      for (const { peer, trial, measured } of rotate(entries, round)) {
        const measurement = await attempt(trial);
        measured.push(measurement);
        say(scenario, peer, `${round + 1}/${rounds}`, measurement);
      }
    }
  } finally {
    for (const { trial } of entries) await trial.close();
  }
  return entries.map(({ peer, measured }) => ({
    scenario: scenario.name,
    peer: peer.name,
    rounds: measured,
  }));
}

async function attempt(trial: Trial): Promise<Measurement> {
  try {
    return await trial.measure();
  } catch (error) {
    return { figures: {}, errors: [(error as Error).message] };
  }
}

function say(scenario: Scenario, peer: Peer, round: string, { figures, errors }: Measurement): void {
  const words = scenario.columns.map(
    ({ key, title, digits }) => `${formatFigure(figures[key], digits)} ${title}`,
  );
  const text = errors.length > 0 ? `INVALID ${errors.join('; ')}` : words.join('  ');
  console.log(`${scenario.name.padEnd(14)} ${round}  ${peer.name.padEnd(16)}  ${text}`);
}
