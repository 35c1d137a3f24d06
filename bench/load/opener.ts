import { Client, type ClientOwner } from './client.ts';
import { type Order, report } from './messages.ts';

/**
 * Opens many connections from several source addresses, a request on each, and keeps them; started by the bench as
 * `opener.ts PORT PATH COUNT UNTIL`, where UNTIL says when a connection counts as done: `sent` or `answered`.
 */
const [port, path, count, until] = process.argv.slice(2) as [string, string, string, 'sent' | 'answered'];

const SOURCES = 8;
/** Connections that may be on their way at once: less than any backlog. */
const WINDOW = 200;
const WARM_CLIENTS = 64;

const failures: Record<string, number> = {};
const clients = new Set<Client>();
let answered = 0;

/** Opens `wanted` clients, a window of them at a time; resolves when each is done or has failed. */
function openAll(wanted: number, targetPath: string, when: 'sent' | 'answered'): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const pending = new Set<Client>();
  let started = 0;
  const settle = (client: Client) => {
    if (!pending.delete(client)) return;
    fill();
  };
  const owner: ClientOwner = {
    sent: client => when === 'sent' && settle(client),
    answered: client => {
      answered++;
      settle(client);
    },
    failed: (client, reason) => {
      failures[reason] = (failures[reason] ?? 0) + 1;
      clients.delete(client);
      settle(client);
    },
  };
  const fill = () => {
    while (started < wanted && pending.size < WINDOW) {
      const from = `127.0.0.${2 + (started++ % SOURCES)}`;
      const client = new Client({ port: Number(port), path: targetPath, from }, owner);
      pending.add(client);
      clients.add(client);
    }
    if (pending.size === 0) resolve();
  };
  fill();
  return promise;
}

/** Some requests so that the gateway has loaded what it needs; none of their connections stays. */
async function warm(): Promise<void> {
  for (let pass = 0; pass < 10; pass++) {
    await openAll(WARM_CLIENTS, '/small', 'answered');
    for (const client of clients) client.close();
    clients.clear();
  }
  answered = 0;
}

async function obey({ order }: Order): Promise<void> {
  if (order === 'warm') await warm();
  if (order === 'open') await openAll(Number(count), path, until);
  report({ open: clients.size, answered, failures });
}

process.on('message', (order: Order) => void obey(order));
process.on('disconnect', () => process.exit());
