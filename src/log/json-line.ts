import { tenths } from './access-times.ts';
import { jsonText } from './escape.ts';
import type { AccessRecord, AttemptRecord } from './log.ts';
import { Quoted } from './quoted.ts';
import type { Timestamp } from './timestamp.ts';

/**
 * Access lines in JSON. `queue` is the wait for slots, over all attempts; `connect` from the last lease to a connection;
 * `firstByte` and `total` from the head to the answer's first byte and to the end. What never came is left out.
 */
export class JsonLines {
  readonly #timestamp: Timestamp;
  readonly #client = new Quoted('","client":"', '"');
  readonly #method = new Quoted(',"method":"', '","target":"');
  readonly #host = new Quoted('","host":"', '","status":');
  readonly #route = new Quoted(',"route":"', '"');
  readonly #pool = new Quoted(',"pool":"', '"');
  readonly #backend = new Quoted(',"backend":"', '"');

  constructor(timestamp: Timestamp) {
    this.#timestamp = timestamp;
  }

  /** The line of an exchange, with its line end. */
  line(record: AccessRecord): string {
    let line = `{"time":"${this.#timestamp.iso()}","level":"info","id":"${jsonText(record.id)}${this.#client.of(record.client)}${this.#method.of(record.method)}${jsonText(record.target)}${this.#host.of(record.host)}${record.status},"in":${record.bytesIn},"out":${record.bytesOut}`;
    if (record.routeName !== '') {
      line += this.#route.of(record.routeName);
      if (record.poolName !== '') line += this.#pool.of(record.poolName);
    }
    const attempts = record.attempts;
    if (attempts.length > 0) {
      line += this.#backend.of(attempts[attempts.length - 1]!.endpoint);
      if (attempts.length > 1 || attempts[0]!.reason !== '') line += jsonAttempts(attempts);
    }
    if (record.reason !== '') line += jsonFailure(record);
    const { startedAt, grantedAt, connectedAt, queueTime } = record;
    if (grantedAt > 0 || queueTime > 0) line += `,"queue":${tenths(queueTime)}`;
    if (connectedAt > 0) line += `,"connect":${tenths(connectedAt - grantedAt)}`;
    if (record.firstByteAt > 0) line += `,"firstByte":${tenths(record.firstByteAt - startedAt)}`;
    return `${line},"total":${tenths(record.endedAt - startedAt)}}\n`;
  }
}

function jsonAttempts(attempts: readonly AttemptRecord[]): string {
  return `,"attempts":[${attempts.map(jsonAttempt).join(',')}]`;
}

function jsonAttempt(attempt: AttemptRecord): string {
  const reason = attempt.reason === '' ? '' : `,"reason":"${jsonText(attempt.reason)}"`;
  return `{"backend":"${jsonText(attempt.endpoint)}"${reason}}`;
}

function jsonFailure({ reason, detail }: AccessRecord): string {
  const words = detail === '' ? '' : `,"detail":"${jsonText(detail)}"`;
  return `,"reason":"${jsonText(reason)}"${words}`;
}
