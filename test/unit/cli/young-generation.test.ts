import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

const SOURCE = new URL('../../../src/cli/young-generation.ts', import.meta.url);

/** Sizes of the young generation in a process of its own: settled, and after much garbage of which some survives. */
function sizes(): number[] {
  const script = `
    import v8 from 'node:v8';
    import { settleYoungGeneration } from ${JSON.stringify(SOURCE.href)};
    const size = () => v8.getHeapSpaceStatistics().find(space => space.space_name === 'new_space').space_size;
    settleYoungGeneration();
    const settled = size();
    let kept = [];
    for (let i = 0; i < 2e6; i++) {
      kept.push({ i });
      if (kept.length > 2e5) kept = [];
    }
    console.log(JSON.stringify([settled, size()]));`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
  });
  return JSON.parse(stdout);
}

test('the young generation gets its size at once, and keeps it under load', () => {
  const [settled, loaded] = sizes();
  assert.equal(settled, 8 * 1_048_576);
  assert.equal(loaded, settled);
});
