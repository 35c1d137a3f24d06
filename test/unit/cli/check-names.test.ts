import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveNames } from '../../../src/cli/resolve-names.ts';
import { summary } from '../../../src/cli/summary.ts';
import { warnings } from '../../../src/cli/warnings.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { dnsServer } from '../../support/dns-server.ts';
import { runCli } from './run-cli.ts';

function assertLines(text: string, lines: readonly string[]): void {
  for (const line of lines) assert.ok(text.split('\n').includes(line), `${line}\nis missing in\n${text}`);
}

test('the summary says which hosts stand for several endpoints, and looks nothing up', () => {
  const text = summary(
    loadConfig({
      backend: [
        'http://app.test:1',
        'http://six.test:1,family=6',
        'http://one.test:1,no-split',
        'srv+http://_web._tcp.test',
        'http://localhost:1',
        'http://10.0.0.1:1',
        'http+unix:///x',
      ],
      'dns-stale': 'forever',
    }),
  );
  assertLines(text, [
    '    http://app.test:1, every address of the name',
    '    http://six.test:1, every address of IPv6 of the name',
    '    http://one.test:1, one endpoint, whatever addresses the name has',
    '    srv+http://_web._tcp.test, every server of its SRV records',
    '    http://localhost:1',
    '    http://10.0.0.1:1',
    '    http+unix:///x',
    'Names: asked of the system, within 5s; believed for 1s to 5m; the last good answer is used for ever beyond its time',
  ]);
  assert.doesNotMatch(summary(loadConfig({ backend: ['http://localhost:1'] })), /^Names/m);
});

test('with --resolve the summary says what names stand for at present, or why that is not known', async t => {
  const dns = await dnsServer(t);
  dns.has('app.test', ['10.0.0.2', '10.0.0.1', '::1']);
  dns.says('_web._tcp.test', 'SRV', [{ type: 'SRV', data: '1 1 8080 app.test' }]);
  const config = loadConfig({
    backend: [
      'http://app.test:1,family=4',
      'http://absent.test:1,name=other',
      'srv+http://_web._tcp.test,family=4',
    ],
    resolver: [dns.place],
  });
  const text = summary(config, await resolveNames(config));
  assertLines(text, [
    '    http://app.test:1, every address of IPv4 of the name, at present 10.0.0.1, 10.0.0.2',
    '    srv+http://_web._tcp.test, every server of IPv4 of its SRV records, at present 10.0.0.1:8080 (app.test), 10.0.0.2:8080 (app.test)',
  ]);
  assert.match(text, /http:\/\/absent\.test:1, every address of the name, at present nothing: NXDOMAIN/);
});

test('check --resolve ends by itself, and has no place in JSON', async t => {
  const dns = await dnsServer(t);
  dns.has('app.test', ['127.0.0.9']);
  const flags = ['-b', 'http://app.test:1', '--resolver', dns.place];
  const { status, stdout } = await runCli(t, 'check', '--resolve', ...flags);
  assert.equal(status, 0);
  assert.match(stdout, /every address of the name, at present 127\.0\.0\.9$/m);
  const refused = await runCli(t, 'check', '--resolve', '--json', ...flags);
  assert.deepEqual(
    [refused.status, refused.stderr],
    [2, 'sluice: --resolve: what it finds is shown in words; leave --json out\n'],
  );
});

test('a DNS server that nothing is asked of is warned of', () => {
  const resolver = ['10.0.0.1'];
  const idle = warnings(loadConfig({ backend: ['http://localhost:1', 'http://10.0.0.1:1'], resolver }));
  assert.match(idle.join(), /^10\.0\.0\.1:53 will be asked for nothing: /);
  assert.deepEqual(warnings(loadConfig({ backend: ['http://a:1,no-split'], resolver })), []);
});
