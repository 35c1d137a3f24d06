import { hkdfSync, randomBytes } from 'node:crypto';

/** For so long, in milliseconds, tickets are made with the same key: who learns it can read no sessions of before. */
const LIFETIME = 86_400_000;

/** What Node.js takes: a name, a key for authenticity and one for secrecy, of 16 bytes each. */
const LENGTH = 48;

let secret = Buffer.alloc(0);
let madeAt = -Infinity;

/**
 * The keys of session tickets for listeners that treat their clients alike; a ticket of one opens no session with another,
 * since who was let in here may not be let in there. All listeners of a process have them of one secret, which lasts for a day.
 */
export function ticketKeys(policy: string, time: number): Buffer {
  if (time - madeAt >= LIFETIME) {
    secret = randomBytes(32);
    madeAt = time;
  }
  return Buffer.from(hkdfSync('sha256', secret, '', `tickets ${policy}`, LENGTH));
}

/** When the present keys come to their end, on the same clock. */
export function ticketKeysEnd(): number {
  return madeAt + LIFETIME;
}
