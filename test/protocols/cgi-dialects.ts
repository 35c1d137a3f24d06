import {
  type CgiRequest,
  type PairReader,
  readCgiRequest,
  readCgiStart,
  scgiPairs,
  uwsgiPairs,
} from '../support/cgi-request.ts';
import * as fastcgi from '../support/fastcgi.ts';
import { relayedPairs, relayUrl } from './cgi-process.ts';
import type { Dialect, GivenAnswer, SeenRequest } from './dialect.ts';

/** How a program prints the head of its answer. */
interface Manner {
  readonly lineEnd: '\r\n' | '\n';
  readonly firstLine: 'Status: ' | 'HTTP/1.1 ';
  readonly length: boolean;
}

function print(manner: Manner, { status, reason, fields, body }: GivenAnswer): Buffer {
  const lines = [
    `${manner.firstLine}${status} ${reason}`,
    ...fields.map(([name, value]) => `${name}: ${value}`),
    ...(manner.length ? [`Content-Length: ${body.length}`] : []),
    '',
    '',
  ];
  return Buffer.concat([Buffer.from(lines.join(manner.lineEnd), 'latin1'), body]);
}

function seen({ variables, stdin }: Pick<CgiRequest, 'variables' | 'stdin'>): SeenRequest {
  return {
    method: variables.get('REQUEST_METHOD')!,
    target: variables.get('REQUEST_URI')!,
    field: name => variables.get(`HTTP_${name.toUpperCase().replaceAll('-', '_')}`),
    body: stdin,
  };
}

type UrlOf = (port: number) => string;

function streamDialect(name: string, url: UrlOf, read: PairReader, manner: Manner): Dialect {
  return {
    name,
    reusable: false,
    delimited: manner.length,
    filling: 0,
    anyBytes: true,
    url,
    read: async connection => seen(await readCgiRequest(connection, read)),
    readStart: connection => readCgiStart(connection, read),
    readBody: (connection, length) => connection.take(length),
    answer: answer => print(manner, answer),
  };
}

const scgi: UrlOf = port => `scgi://127.0.0.1:${port}`;
const uwsgi: UrlOf = port => `uwsgi://127.0.0.1:${port}`;

const PLAIN: Manner = { lineEnd: '\r\n', firstLine: 'Status: ', length: true };

const fcgi: Dialect = {
  name: 'fastcgi',
  reusable: true,
  delimited: true,
  // Reserved bytes of END_REQUEST.
  filling: 3,
  anyBytes: true,
  url: port => `fcgi://127.0.0.1:${port}`,
  read: async connection => seen(await fastcgi.readFcgiRequest(connection)),
  readStart: connection => fastcgi.readStart(connection),
  readBody: connection => fastcgi.readStdin(connection),
  answer: answer => fastcgi.answer(print({ ...PLAIN, length: false }, answer)),
};

const fcgiInPieces: Dialect = {
  ...fcgi,
  name: 'fastcgi in padded records with errors between them',
  filling: 3 + 8,
  answer: answer => {
    const output = print({ ...PLAIN, lineEnd: '\n', length: false }, answer);
    return Buffer.concat([
      fastcgi.stdout(output.subarray(0, 30), 1, 7, 3),
      fastcgi.record(fastcgi.TYPE.stderr, 1, 'a warning', 7),
      fastcgi.stdout(output.subarray(30), 1, 10_000, 255),
      fastcgi.record(fastcgi.TYPE.stderr, 1),
      fastcgi.endRequest(1, 0, 0, 8),
    ]);
  },
};

/** SCGI, uwsgi, FastCGI and CGI, with heads of all the kinds that programs print. */
export const CGI_DIALECTS: readonly Dialect[] = [
  streamDialect('scgi', scgi, scgiPairs, PLAIN),
  streamDialect('scgi until close', scgi, scgiPairs, { ...PLAIN, lineEnd: '\n', length: false }),
  streamDialect('uwsgi', uwsgi, uwsgiPairs, { ...PLAIN, firstLine: 'HTTP/1.1 ' }),
  fcgi,
  fcgiInPieces,
  // An environment is given to a process in UTF-8.
  { ...streamDialect('cgi', relayUrl, relayedPairs, PLAIN), anyBytes: false },
];
