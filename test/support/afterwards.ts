import type { TestContext } from 'node:test';

type Step = () => unknown;

const plans = new WeakMap<TestContext, Step[]>();

/** Does something after a test, the latest thing first, and everything even if one throws; then the test fails. */
export function afterwards(t: TestContext, step: Step): void {
  const plan = plans.get(t);
  if (plan) {
    plan.push(step);
    return;
  }
  const steps = [step];
  plans.set(t, steps);
  t.after(() => unwind(steps));
}

async function unwind(steps: Step[]): Promise<void> {
  const faults: unknown[] = [];
  for (const step of steps.reverse()) {
    try {
      await step();
    } catch (fault) {
      faults.push(fault);
    }
  }
  if (faults.length > 0) throw faults[0];
}
