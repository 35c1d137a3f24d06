import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forwardedElement, nodeAddress, parseForwarded } from '../../../src/client/forwarded.ts';

function nodes(value: string): (string | undefined)[] | undefined {
  return parseForwarded(value)?.map(({ node }) => node);
}

for (const [value, expected] of [
  ['for="_gazonk"', ['_gazonk']],
  ['For="[2001:db8:cafe::17]:4711"', ['[2001:db8:cafe::17]:4711']],
  ['for=192.0.2.60;proto=http;by=203.0.113.43', ['192.0.2.60']],
  ['for=192.0.2.43, for=198.51.100.17', ['192.0.2.43', '198.51.100.17']],
  ['for=192.0.2.43,for=198.51.100.17', ['192.0.2.43', '198.51.100.17']],
  ['for=a;secret=x,proto=http', ['a', undefined]],
  ['for="a\\"b\\\\c"', ['a"b\\c']],
  ['for="a,for=b;proto=https"', ['a,for=b;proto=https']],
  ['for=a ; proto=http , for=b', ['a', 'b']],
  [' ,for=a,, ;for=b; ,', ['a', 'b']],
  ['for=unknown', ['unknown']],
  ['for=""', ['']],
  ['', []],
  [' , ;', []],
] as const) {
  test(`Forwarded: ${value} names ${JSON.stringify(expected)}`, () => {
    assert.deepEqual(nodes(value), expected);
  });
}

for (const value of [
  'for',
  'for=',
  'for= a',
  'for =a',
  '=a',
  'for=a b',
  'for=a for=b',
  'for=192.0.2.1:80',
  'for=[::1]',
  'for="a',
  'for="a"b',
  'for="a\\',
  'for=a"b"',
  'for=a;for=b',
  'for=a;FOR=a',
  'proto=http;for=a;proto=https',
  'for=a, for="b',
  'for=a/b',
  'for="\x01"',
  'for=\xe9',
]) {
  test(`Forwarded: ${JSON.stringify(value)} cannot be read, and no part of it is`, () => {
    assert.equal(parseForwarded(value), undefined);
  });
}

test('proto and host belong to the element that they stand in', () => {
  assert.deepEqual(parseForwarded('proto=https;host="a:81";for=b, for=c;Host=d'), [
    { node: 'b', proto: 'https', host: 'a:81' },
    { node: 'c', proto: '', host: 'd' },
  ]);
});

for (const [node, address] of [
  ['192.0.2.1', '192.0.2.1'],
  ['192.0.2.1:80', '192.0.2.1'],
  ['192.0.2.1:_hidden', '192.0.2.1'],
  ['[2001:DB8::0:1]', '2001:db8::1'],
  ['[2001:db8::1]:65535', '2001:db8::1'],
  ['[::ffff:192.0.2.1]', '192.0.2.1'],
  // Which part of it is a port has two readings.
  ['2001:db8::1', ''],
  ['[192.0.2.1]', ''],
  ['[fe80::1%lo]', ''],
  ['192.0.2.1:', ''],
  ['192.0.2.1:123456', ''],
  ['192.0.2.256', ''],
  ['192.0.2.01', ''],
  ['[::1', ''],
  ['unknown', ''],
  ['_hidden', ''],
  ['example.com', ''],
  ['', ''],
] as const) {
  test(`the address of the node ${JSON.stringify(node)} is ${JSON.stringify(address)}`, () => {
    assert.equal(nodeAddress(node), address);
  });
}

for (const [address, proto, host, element] of [
  ['192.0.2.1', 'http', 'a.example', 'for=192.0.2.1;proto=http;host=a.example'],
  ['2001:db8::1', 'https', 'a:81', 'for="[2001:db8::1]";proto=https;host="a:81"'],
  ['unix', '', '[::1]', 'for=unknown;host="[::1]"'],
  ['', '', '', 'for=unknown'],
] as const) {
  test(`what is said of ${JSON.stringify(address)} is written as ${element} and read back`, () => {
    assert.equal(forwardedElement(address, proto, host), element);
    const [read] = parseForwarded(element)!;
    assert.deepEqual([read!.proto, read!.host], [proto, host]);
    assert.equal(nodeAddress(read!.node!), address === 'unix' ? '' : address);
  });
}

test('a value of quotation marks and backslashes is read in one go', () => {
  assert.equal(parseForwarded(`for="${'\\a'.repeat(100_000)}`), undefined);
  assert.equal(parseForwarded(`for=${'a'.repeat(200_000)}"`), undefined);
  assert.equal(parseForwarded(`for=a${';'.repeat(200_000)}"`), undefined);
});
