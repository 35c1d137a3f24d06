import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { afterwards } from '../support/afterwards.ts';
import { eventually } from '../support/eventually.ts';
import { unlessInstalled } from '../support/program.ts';
import { startConsole } from '../unit/admin/console.ts';
import { endpoint, gateway, pool } from '../unit/cli/console/statuses.ts';

const LAUNCHER = join(import.meta.dirname, '../../bin/sluice.js');

/** A command in a terminal of its own. */
class InTerminal {
  shown = '';
  readonly ended: Promise<number | null>;
  readonly #keys: (text: string) => void;

  constructor(t: TestContext, ...args: string[]) {
    const line = ['stty rows 24 cols 90;', process.execPath, LAUNCHER, ...args].join(' ');
    const child = spawn('script', ['--quiet', '--flush', '--return', '--command', line, '/dev/null'], {
      env: { ...process.env, TERM: 'xterm' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#keys = text => child.stdin.write(text);
    child.stdout.setEncoding('utf8').on('data', text => {
      this.shown += text;
    });
    this.ended = once(child, 'close').then(([code]) => code);
    afterwards(t, () => {
      if (child.exitCode === null) child.kill('SIGKILL');
      return this.ended;
    });
  }

  press(key: string): void {
    this.#keys(key);
  }
}

for (const [name, key] of [
  ['q', 'q'],
  ['Ctrl-C', '\x03'],
] as const) {
  test(`top shows the busiest first, follows its keys, and gives the terminal back at ${name}`, {
    skip: unlessInstalled('script'),
  }, async t => {
    const console = await startConsole(t);
    const endpoints = [endpoint('a:1', { inFlight: 1 }), endpoint('b:1', { inFlight: 5 })];
    console.control.present = gateway([pool('api', endpoints)]);
    const terminal = new InTerminal(t, 'top', '--admin', console.server.address);
    await eventually('it is drawn', () => terminal.shown.includes('api/a:1'));
    assert.ok(terminal.shown.includes('\x1b[?1049h'));
    terminal.press('b');
    await eventually('it is sorted anew', () => /b busy \*/.test(terminal.shown));
    const last = terminal.shown.slice(terminal.shown.lastIndexOf('\x1b[H'));
    assert.ok(last.indexOf('api/b:1') < last.indexOf('api/a:1'));
    terminal.press(key);
    assert.equal(await terminal.ended, 0);
    assert.ok(
      terminal.shown.trimEnd().endsWith('\x1b[?7h\x1b[?25h\x1b[?1049l'),
      JSON.stringify(terminal.shown.slice(-80)),
    );
  });
}
