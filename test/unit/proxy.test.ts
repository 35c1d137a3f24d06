import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GatewayError } from '../../src/errors.ts';
import { type Answer, Exchange } from '../../src/exchange.ts';
import type { Onward } from '../../src/onward.ts';
import { Pool } from '../../src/pool/pool.ts';
import type { Connection, Protocol } from '../../src/protocol.ts';
import { proxy } from '../../src/proxy.ts';
import type { BodySource } from '../../src/replay.ts';
import { Route } from '../../src/router/route.ts';
import { SpoolSpace } from '../../src/spool/space.ts';
import { makeConfig } from '../support/config.ts';
import { MemoryLog } from '../support/memory-log.ts';

test('a connection that throws when it is to send costs one exchange, and neither slot nor socket', () => {
  const closed: string[] = [];
  const connection = {
    send() {
      throw new TypeError('no such thing');
    },
    close: (reason: string) => closed.push(reason),
  } as unknown as Connection;
  const protocol: Protocol = {
    name: 'odd',
    schemes: ['http'],
    needsLength: false,
    pinsWorker: false,
    connect: () => connection,
  };
  const log = new MemoryLog();
  const pool = new Pool(makeConfig({ backends: ['http://a:1'] }).pools[0]!, () => protocol, log);
  const refused: GatewayError[] = [];
  const answer = { refuse: (error: GatewayError) => refused.push(error) } as unknown as Answer;
  const exchange = new Exchange(answer, {} as BodySource);
  const space = new SpoolSpace({ directory: '/nowhere', max: 0 });
  const onward: Onward = { log, space, redirect: assert.fail, fallsBack: assert.fail, directed: assert.fail };
  proxy(exchange, new Route(pool, ''), onward);
  assert.deepEqual(
    refused.map(({ kind }) => kind),
    ['internal_error'],
  );
  assert.equal(exchange.status, 500);
  assert.equal(pool.inFlight, 0);
  assert.equal(pool.defects.doubleReleases, 0);
  assert.deepEqual(closed, ['internal_error']);
});
