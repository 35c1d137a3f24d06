import { Gateway } from '../../src/gateway.ts';
import type { Log } from '../../src/log/log.ts';
import { makeConfig, type Setting } from './config.ts';

/** What the parent asks of it. */
export type Order = 'rss' | 'status' | 'stop';

const SILENT: Log = {
  accessEnabled: false,
  access: () => {},
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: (message, facts) => process.send!({ error: `${message} ${JSON.stringify(facts)}` }),
  flush: async () => {},
};

/*
 * The program of GatewayProcess: one gateway, alone in a process, so that the memory of the process is the gateway's.
 */
const gateway = new Gateway(makeConfig(JSON.parse(process.argv[2]!) as Setting), SILENT);

process.on('message', async (order: Order) => {
  if (order === 'stop') {
    await gateway.stop();
    process.disconnect();
  } else if (order === 'rss') {
    globalThis.gc?.();
    process.send!({ rss: process.memoryUsage.rss() });
  } else process.send!({ status: gateway.status() });
});

await gateway.start();
process.send!({ address: gateway.addresses[0] });
