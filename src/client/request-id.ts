import { randomBytes, randomInt } from 'node:crypto';

/** An odd factor turns the counter into numbers that do not look like one: ids tell nobody how much traffic there is. */
const FACTOR = 0x9e37_79b1;
const start = randomBytes(6).toString('hex');
let counter = randomInt(2 ** 31);

const BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** An id that no other exchange of this process has had within four billion, and hardly one of another process: 20 hex digits. */
export function requestId(): string {
  counter = (counter + 1) | 0;
  const mixed = Math.imul(counter, FACTOR);
  return (
    start +
    BYTES[mixed >>> 24] +
    BYTES[(mixed >>> 16) & 255] +
    BYTES[(mixed >>> 8) & 255] +
    BYTES[mixed & 255]
  );
}

const ACCEPTABLE = /^[\w.:+/=@-]{1,128}$/;

/** Whether an id that came from outside may be kept. */
export function isRequestId(id: string): boolean {
  return ACCEPTABLE.test(id);
}
