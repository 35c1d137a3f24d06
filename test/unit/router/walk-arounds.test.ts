import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatewayError } from '../../../src/errors.ts';
import type { Exchange } from '../../../src/exchange.ts';
import { Decision } from '../../../src/router/decision.ts';
import { Prng } from '../../fuzz/prng.ts';
import { makeRoute } from '../../support/config.ts';
import { PATH_READERS } from '../../support/path-readers.ts';

const PIECES = [
  ...['/', '/', '/', 'admin', 'admin', 'open', 'x', '.', '..', '..', '//', ';', ';a=b', '\\', '%2f', '%5c'],
  ...['%2e', '%2e%2e', '%252f', '%252e', '%255c', '%3b', '%3f', '%23', '%61dmin', '%2561dmin', '%25'],
];

const RULES = {
  'below a path': makeRoute({ path: '/admin/*' }),
  'for one path': makeRoute({ path: '/admin' }),
  'but below a path': makeRoute({
    conditions: [{ kind: 'path', name: '', negated: true, values: ['/open/*'] }],
  }),
  'by a regular expression': makeRoute({
    conditions: [{ kind: 'path', name: '', negated: false, values: ['~^/admin(/|$)'] }],
  }),
};

/** Undefined: refused. */
function placeOf(decision: Decision, target: string): number | undefined {
  try {
    return decision.of({ target, method: 'GET', host: '', fields: '' } as Exchange);
  } catch (error) {
    if (error instanceof GatewayError) return undefined;
    throw error;
  }
}

for (const [name, rule] of Object.entries(RULES)) {
  test(`however a path is written, a rule ${name} is that of what any server reads there, or it is refused (13)`, () => {
    const random = new Prng(11);
    const decision = new Decision([rule]);
    let passed = 0;
    for (let i = 0; i < 5000; i++) {
      let target = '/';
      for (let n = random.below(9); n >= 0; n--) target += PIECES[random.below(PIECES.length)];
      const place = placeOf(decision, target);
      if (place === undefined) continue;
      passed++;
      for (const { name, read } of PATH_READERS) {
        const path = read(target);
        if (path === undefined) continue;
        const literal = rule.conditions.every(
          ({ negated, values: [value] }) => matches(value!, path) !== negated,
        );
        assert.equal(place === 0, literal, `${target}, by one that ${name}: ${path}`);
      }
    }
    assert.ok(passed > 500, `${passed} passed`);
  });
}

function matches(value: string, path: string): boolean {
  if (value.startsWith('~')) return new RegExp(value.slice(1)).test(path);
  return value.endsWith('/*') ? `${path}/`.startsWith(value.slice(0, -1)) : path === value;
}
