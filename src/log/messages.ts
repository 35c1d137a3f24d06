import { type Logger, pino } from 'pino';
import type { LogConfig } from '../config/config.ts';
import { escapeControls } from './escape.ts';
import { prettyMessage } from './pretty-line.ts';
import type { Sink } from './sink.ts';
import type { Timestamp } from './timestamp.ts';

/** The logger of messages: a JSON line each, or a line for people. */
export function messageLogger(
  level: LogConfig['level'],
  sink: Sink,
  timestamp: Timestamp,
  form: 'json' | 'plain' | 'coloured',
): Logger {
  const write =
    form === 'json'
      ? (line: string): void => sink.writeSoon(escapeControls(line))
      : (line: string): void => sink.writeSoon(toPretty(line, timestamp, form === 'coloured'));
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${timestamp.iso()}"`,
      formatters: { level: label => ({ level: label }) },
    },
    { write },
  );
}

function toPretty(line: string, timestamp: Timestamp, colour: boolean): string {
  const { level, time: _, msg, ...facts } = JSON.parse(line) as Record<string, unknown>;
  return prettyMessage(String(level), String(msg ?? ''), facts, timestamp, colour);
}
