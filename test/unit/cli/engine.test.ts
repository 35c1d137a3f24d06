import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

const SOURCE = new URL('../../../src/cli/engine.ts', import.meta.url);

/** The bytes of the young generation after much garbage of which some survives, in a process of its own. */
function loadedSize(settle: boolean): number {
  const script = `
    import v8 from 'node:v8';
    import { tuneEngine } from ${JSON.stringify(SOURCE.href)};
    if (${settle}) tuneEngine();
    let kept = [];
    for (let i = 0; i < 6e6; i++) {
      kept.push({ i });
      if (kept.length > 1e6) kept = [];
    }
    console.log(v8.getHeapSpaceStatistics().find(space => space.space_name === 'new_space').space_size);`;
  const args = ['--input-type=module', '--eval', script];
  return Number(spawnSync(process.execPath, args, { encoding: 'utf8' }).stdout);
}

test('the young generation does not grow under load', () => {
  const settled = loadedSize(true);
  const leftAlone = loadedSize(false);
  assert.ok(0 < settled && settled < leftAlone / 1.5, `${settled} bytes settled, ${leftAlone} left alone`);
});
