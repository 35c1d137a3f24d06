import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import type { GatewayStatus } from '../../src/gateway-status.ts';

/** The status of the gateway that takes orders at a unix socket, asked there directly: a command takes a process each time. */
export function statusAt(socketPath: string): Promise<GatewayStatus> {
  return new Promise((resolve, reject) => {
    get({ socketPath, path: '/v1/status', agent: false }, answer => {
      text(answer).then(body => resolve(JSON.parse(body) as GatewayStatus), reject);
    }).on('error', reject);
  });
}
