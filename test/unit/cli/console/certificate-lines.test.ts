import assert from 'node:assert/strict';
import { test } from 'node:test';
import { certificateLines } from '../../../../src/cli/console/certificate-lines.ts';

const NOW = Date.parse('2030-01-01T00:00:00Z');
const PAPER = { width: 80, colour: false };

function listener(...certificates: [names: string[], notAfter: string][]) {
  return {
    address: 'https://[::]:443',
    connections: 0,
    turnedAway: 0,
    tls: {
      certificates: certificates.map(([names, notAfter]) => ({ file: '/etc/site.crt', names, notAfter })),
      handshakes: 0,
      failed: 0,
    },
  };
}

test('each certificate is shown once, with the day on which it ends', () => {
  const listeners = [
    listener([['a.example', '*.a.example'], '2030-03-01T00:00:00Z'], [[], '2030-01-02T12:00:00Z']),
    listener([['a.example', '*.a.example'], '2030-03-01T00:00:00Z'], [['b.example'], '2029-12-01T00:00:00Z']),
    { address: 'http://[::]:80', connections: 0, turnedAway: 0, tls: null },
  ];
  assert.deepEqual(certificateLines(listeners, PAPER, NOW), [
    '  certificate for a.example, *.a.example: until 2030-03-01 (59 days)',
    '  certificate for /etc/site.crt: until 2030-01-02 (1 day)',
    '  certificate for b.example: expired on 2029-12-01',
  ]);
});

test('a certificate for a hundred hosts takes one line', () => {
  const names = Array.from({ length: 100 }, (_, i) => `${i}.example`);
  const [line] = certificateLines([listener([names, '2030-03-01T00:00:00Z'])], PAPER, NOW);
  assert.equal(line, '  certificate for 0.example and 99 more: until 2030-03-01 (59 days)');
});
