import { tenths } from './access-times.ts';
import { plainText } from './escape.ts';
import type { AccessRecord, AttemptRecord } from './log.ts';
import type { Timestamp } from './timestamp.ts';

const RESET = '\u001b[0m';
const DIM = '\u001b[2m';
const RED = '\u001b[31m';
const GREEN = '\u001b[32m';
const YELLOW = '\u001b[33m';
const CYAN = '\u001b[36m';

const LEVEL_COLOURS: Readonly<Record<string, string>> = {
  fatal: RED,
  error: RED,
  warn: YELLOW,
  info: GREEN,
  debug: CYAN,
  trace: DIM,
};

/** An access line for people: time, status, method, duration, bytes, what was asked for, who answered, what failed. */
export function prettyLine(record: AccessRecord, timestamp: Timestamp, colour: boolean): string {
  const paint = (code: string, text: string): string => (colour ? code + text + RESET : text);
  const status = paint(statusColour(record.status), String(record.status));
  const method = plainText(record.method || '-').padEnd(6);
  const took = `${tenths(record.endedAt - record.startedAt)} ms`.padStart(11);
  const bytes = `${record.bytesOut} B`.padStart(10);
  const where = plainText(record.host + record.target) || '-';
  const clock = paint(DIM, timestamp.clock());
  return `${clock} ${status} ${method}${took}${bytes}  ${where}${way(record)}${path(record)}${failure(record)}\n`;
}

/** A message for people; the facts follow as name=value. */
export function prettyMessage(
  level: string,
  message: string,
  facts: Readonly<Record<string, unknown>>,
  timestamp: Timestamp,
  colour: boolean,
): string {
  const name = level.toUpperCase().padEnd(5);
  const painted = colour ? `${LEVEL_COLOURS[level] ?? ''}${name}${RESET}` : name;
  let line = `${timestamp.clock()} ${painted} ${plainText(message)}`;
  for (const [fact, value] of Object.entries(facts)) {
    // The lines of a stack stay lines.
    const text = String(value).split('\n').map(plainText).join('\n');
    line += ` ${plainText(fact)}=${/^[^\s"=]+$/.test(text) ? text : text.includes('\n') ? `\n${text}` : JSON.stringify(text)}`;
  }
  return `${line}\n`;
}

function statusColour(status: number): string {
  if (status >= 500) return RED;
  if (status >= 400) return YELLOW;
  return status >= 300 ? CYAN : GREEN;
}

/** By which route to which pool, where routes decide that. */
function way({ routeName, poolName }: AccessRecord): string {
  if (routeName === '') return '';
  return `  [${plainText(poolName === '' ? routeName : `${routeName} > ${poolName}`)}]`;
}

function path({ attempts }: AccessRecord): string {
  return attempts.length === 0 ? '' : `  -> ${attempts.map(prettyAttempt).join(', ')}`;
}

function prettyAttempt(attempt: AttemptRecord): string {
  const reason = attempt.reason === '' ? '' : ` (${attempt.reason})`;
  return plainText(attempt.endpoint) + reason;
}

function failure({ reason, detail }: AccessRecord): string {
  if (reason === '') return '';
  return detail === '' ? `  ${reason}` : `  ${reason}: ${plainText(detail)}`;
}
