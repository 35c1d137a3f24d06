import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { type Display, type Keyboard, Terminal } from '../../../../src/cli/console/terminal.ts';

class FakeKeyboard extends EventEmitter {
  isTTY = true;
  readonly calls: string[] = [];

  setRawMode(raw: boolean): this {
    this.calls.push(raw ? 'raw' : 'cooked');
    return this;
  }

  setEncoding(): this {
    return this;
  }

  pause(): this {
    return this;
  }

  resume(): this {
    return this;
  }
}

class FakeDisplay extends EventEmitter {
  columns = 80;
  rows = 3;
  fd = -1;
  written = '';

  write(text: string): boolean {
    this.written += text;
    return true;
  }
}

function setUp() {
  const keyboard = new FakeKeyboard();
  const display = new FakeDisplay();
  const pressed: string[] = [];
  let resized = 0;
  const terminal = new Terminal(
    keyboard as unknown as Keyboard,
    display as unknown as Display,
    key => pressed.push(key),
    () => resized++,
  );
  return { keyboard, display, pressed, terminal, resized: () => resized };
}

test('a terminal is given back as it was: mode, cursor, screen, and nothing listens any more', () => {
  const before = process.listenerCount('exit');
  const { keyboard, display, terminal } = setUp();
  terminal.enter();
  assert.ok(display.written.includes('\x1b[?1049h') && display.written.includes('\x1b[?25l'));
  assert.deepEqual(keyboard.calls, ['raw']);
  display.written = '';
  terminal.leave();
  terminal.leave();
  assert.equal(display.written, '\x1b[?7h\x1b[?25h\x1b[?1049l');
  assert.deepEqual(keyboard.calls, ['raw', 'cooked']);
  assert.equal(keyboard.listenerCount('data') + display.listenerCount('resize'), 0);
  assert.equal(process.listenerCount('exit'), before);
});

test('no more lines are drawn than there is room for, and the rest of the screen is cleared', () => {
  const { display, terminal } = setUp();
  terminal.enter();
  display.written = '';
  terminal.draw(['one', 'two', 'three', 'four']);
  assert.equal(display.written, '\x1b[Hone\x1b[K\r\ntwo\x1b[K\r\nthree\x1b[K\x1b[J');
  display.written = '';
  terminal.leave();
  display.written = '';
  terminal.draw(['late']);
  assert.equal(display.written, '');
});

test('keys and changes of size are heard of', () => {
  const { keyboard, display, pressed, terminal, resized } = setUp();
  terminal.enter();
  keyboard.emit('data', 'q');
  display.emit('resize');
  terminal.leave();
  keyboard.emit('data', 'x');
  assert.deepEqual(pressed, ['q']);
  assert.equal(resized(), 1);
});

test('an input that is no terminal is left as it is', () => {
  const { keyboard, terminal } = setUp();
  keyboard.isTTY = false;
  terminal.enter();
  terminal.leave();
  assert.deepEqual(keyboard.calls, []);
});

test('keys that come at once are pressed one after the other, and those of several letters not at all', () => {
  const { keyboard, pressed, terminal } = setUp();
  terminal.enter();
  keyboard.emit('data', 'rq');
  keyboard.emit('data', '\x1bOb');
  terminal.leave();
  assert.deepEqual(pressed, ['r', 'q']);
});
