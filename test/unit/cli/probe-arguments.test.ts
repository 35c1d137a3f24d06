import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseProbed } from '../../../src/cli/probe-arguments.ts';
import { refuses } from '../config/refuses.ts';

test('a probe goes to one server, not to a name of several', () => {
  refuses(
    value => parseProbed(String(value)),
    'srv+http://_web._tcp.test',
    'probe asks one server: write its host and port',
  );
  assert.equal(parseProbed('http://app.test:81').port, 81);
});
