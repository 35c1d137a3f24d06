import type { AccessRecord } from '../../../src/log/log.ts';

/** An exchange for which all went well, but for what a test says of it. */
export function makeRecord(differences: Partial<AccessRecord> = {}): AccessRecord {
  return {
    id: 'a1',
    client: '192.0.2.7',
    method: 'GET',
    target: '/items?page=2',
    host: 'example.com',
    version: '1.1',
    status: 200,
    bytesIn: 3,
    bytesOut: 49,
    attempts: [{ endpoint: '10.0.0.5:3000', reason: '' }],
    reason: '',
    detail: '',
    startedAt: 1000,
    routeName: '',
    poolName: '',
    queueTime: 0,
    grantedAt: 1000.04,
    connectedAt: 1001.29,
    firstByteAt: 1012.5,
    endedAt: 1020.06,
    userAgent: 'curl/8.5.0',
    referer: '',
    ...differences,
  };
}
