import type { HeadLimits, HeadParser } from '../../../src/http1/head.ts';
import { RequestHeadParser } from '../../../src/http1/request-head.ts';
import { ResponseHeadParser } from '../../../src/http1/response-head.ts';
import { everySplit, type Result } from './every-split.ts';

/** Limits that no test meets by accident. */
export const ROOMY: HeadLimits = { headBytes: 4096, fieldCount: 64, targetBytes: 1024 };

interface Head {
  /** Method and target or status and reason, and the minor version; undefined: the head is not complete. */
  readonly start: readonly (string | number)[] | undefined;
  readonly fields: readonly string[];
  /** How many bytes lie behind the head. */
  readonly rest: number;
}

/** Feeds pieces to a parser until a head is complete, wiping each piece as soon as it was read. */
function feed(parser: HeadParser, pieces: readonly Buffer[]): number {
  let rest = -1;
  for (const piece of pieces) {
    if (rest >= 0) rest += piece.length;
    else {
      const next = parser.parse(piece, 0, piece.length);
      if (next >= 0) rest = piece.length - next;
    }
    piece.fill(0x21);
  }
  return rest;
}

function read<P extends HeadParser>(
  text: string,
  parser: () => P,
  start: (parser: P) => (string | number)[],
): Result<Head> {
  return everySplit(text, pieces => {
    const fed = parser();
    const rest = feed(fed, pieces);
    return rest < 0
      ? { start: undefined, fields: [], rest: 0 }
      : { start: start(fed), fields: fed.fields, rest };
  });
}

/** A request head, read in every split. */
export function readRequest(text: string, limits = ROOMY): Result<Head> {
  return read(
    text,
    () => new RequestHeadParser(limits),
    parser => [parser.method, parser.target, parser.minor],
  );
}

/** A response head, read in every split. */
export function readResponse(text: string, limits = ROOMY): Result<Head> {
  return read(
    text,
    () => new ResponseHeadParser(limits),
    parser => [parser.status, parser.reason, parser.minor],
  );
}

/** A parser that has read a GET with these field lines. */
export function requestWith(lines: string, minor: 0 | 1 = 1): RequestHeadParser {
  return parsed(new RequestHeadParser(ROOMY), `GET / HTTP/1.${minor}\r\n${lines}\r\n`);
}

/** A parser that has read a 200 with these field lines. */
export function responseWith(lines: string, minor: 0 | 1 = 1): ResponseHeadParser {
  return parsed(new ResponseHeadParser(ROOMY), `HTTP/1.${minor} 200 OK\r\n${lines}\r\n`);
}

function parsed<P extends HeadParser>(parser: P, text: string): P {
  const bytes = Buffer.from(text, 'latin1');
  if (parser.parse(bytes, 0, bytes.length) !== bytes.length) throw new Error(`no head: ${text}`);
  return parser;
}
