import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostLocation, namesHost, pathLocation, validLocation } from '../../../src/answers/location.ts';

for (const [text, location] of [
  ['https://example.com/a?b=c#d', 'https://example.com/a?b=c#d'],
  ['/a b\r\nSet-Cookie: x', '/a%20b%0D%0ASet-Cookie:%20x'],
  ['/caf\xe9"<>\\^`{|}', '/caf%E9%22%3C%3E%5C%5E%60%7B%7C%7D'],
  ['/100%/%zz/%41', '/100%25/%25zz/%41'],
  ['https://[::1]:8443/', 'https://[::1]:8443/'],
] as const) {
  test(`${JSON.stringify(text)} goes into a Location as ${location}`, () => {
    assert.equal(validLocation(text), location);
  });
}

for (const [text, path] of [
  ['/a', '/a'],
  ['//evil.example/a', '/evil.example/a'],
  ['///evil.example', '/evil.example'],
  ['/\\evil.example', '/%5Cevil.example'],
  ['/\t/evil.example', '/%09/evil.example'],
  ['\\\\evil.example', undefined],
  ['https://evil.example', undefined],
  ['javascript:alert(1)', undefined],
  [' //evil.example', undefined],
  ['', undefined],
] as const) {
  test(`${JSON.stringify(text)} leads ${path === undefined ? 'nowhere' : `to ${path} of the same host`}`, () => {
    const location = pathLocation(text);
    assert.equal(location, path);
    // As browsers read it.
    if (location !== undefined) assert.equal(new URL(location, 'https://here.example/').host, 'here.example');
  });
}

for (const [template, names] of [
  ['https://example.com{target}', true],
  ['HTTP://example.com', true],
  ['{scheme}://www.{hostname}{target}', true],
  ['//example.com/', true],
  ['//', false],
  ['/new{path}', false],
  ['{path}', false],
  ['{query:to}', false],
  ['$1', false],
] as const) {
  test(`a redirect to ${template} ${names ? 'says to which host' : 'stays at the host'}`, () => {
    assert.equal(namesHost(template), names);
  });
}

for (const [text, location] of [
  ['https://example.com/', 'https://example.com/'],
  ['//example.com/', '//example.com/'],
  ['https:///evil.example', undefined],
  ['https://', undefined],
  ['https://:80/', undefined],
  ['https://@evil.example/', undefined],
  ['///evil.example', undefined],
  ['//\\evil.example', '//%5Cevil.example'],
] as const) {
  test(`${text} ${location === undefined ? 'lacks a host' : 'names a host'}`, () => {
    assert.equal(hostLocation(text), location);
  });
}
