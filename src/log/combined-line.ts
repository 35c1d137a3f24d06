import { combinedText } from './escape.ts';
import type { AccessRecord } from './log.ts';
import type { Timestamp } from './timestamp.ts';

/** An access line in Apache's combined format: `%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-agent}i"`. */
export function combinedLine(record: AccessRecord, timestamp: Timestamp): string {
  const { method, target, version, status, bytesOut } = record;
  const request = method === '' ? '' : `${method} ${target} HTTP/${version}`;
  const bytes = bytesOut === 0 ? '-' : String(bytesOut);
  const client = combinedText(record.client);
  return `${client} - - [${timestamp.common()}] "${combinedText(request)}" ${status} ${bytes} "${combinedText(record.referer)}" "${combinedText(record.userAgent)}"\n`;
}
