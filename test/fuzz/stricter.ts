import type { NodeOutcome } from './node-reader.ts';
import type { Outcome, ReadMessage } from './outcome.ts';

/** A message that was accepted and that Node refuses, those before it as Node read them, and the bytes of them all. */
interface Refused {
  readonly message: ReadMessage;
  readonly before: readonly ReadMessage[];
  readonly text: string;
}

/** What Node refuses and this parser takes, on purpose. */
interface Exception {
  readonly why: string;
  readonly error: RegExp;
  applies(refused: Refused): boolean;
}

const EXCEPTIONS: readonly Exception[] = [
  {
    why: 'RFC 9112, 6.3: the same Content-Length, several times, may be read as one',
    error: /Content-Length/,
    applies: ({ message }) => valuesOf(message, 'content-length').join(',').includes(','),
  },
  {
    why: 'RFC 9110, 6.5.1: framing fields among the trailers are dropped, after the framing is done',
    error: /Content-Length can't be present|Transfer-Encoding/,
    applies: ({ message }) => valuesOf(message, 'transfer-encoding').length === 1,
  },
  {
    why: 'the same, in a request to upgrade: Node destroys its connection without naming the error',
    error: /^$/,
    applies: ({ message, text }) =>
      valuesOf(message, 'upgrade').length > 0 &&
      valuesOf(message, 'transfer-encoding').length === 1 &&
      /\r\n0+[ \t]*(?:;[^\r\n]*)?\r\n(?:[^\r\n]+\r\n)*(?:content-length|transfer-encoding):/i.test(text),
  },
  {
    why: 'RFC 9112, 3: many clients send raw UTF-8 in a target, and it goes on as it came',
    error: /Invalid char in url/,
    applies: ({ message }) => /[\x80-\xff]/.test(String(message.start[1])),
  },
  {
    why: 'RFC 9112, 7.1.1: a recipient takes bad white space around the parts of a chunk extension',
    error: /Invalid character in chunk/,
    applies: ({ text }) => /\r\n[\da-f]+[ \t]*;.*[ \t].*\r\n|\r\n[\da-f]+[ \t]+;/i.test(text),
  },
  {
    why: 'RFC 9112, appendix C.2.2: Proxy-Connection is no standard and means nothing here',
    error: /Data after/,
    applies: ({ before }) => before.some(message => valuesOf(message, 'proxy-connection').length > 0),
  },
  {
    why: 'RFC 9110, 6.5.1: a Connection among the trailers is dropped, and says nothing',
    error: /Data after/,
    applies: ({ before }) => before.some(message => /connection/i.test(message.trailers.join())),
  },
  {
    why: 'RFC 9110, 15.2: a final answer follows an interim one, even one that says close',
    error: /Data after/,
    applies: ({ before }) => before.some(message => Number(message.start[0]) < 200),
  },
];

function valuesOf(message: ReadMessage, lowerName: string): string[] {
  return message.fields.filter((_, i) => i % 2 === 1 && message.fields[i - 1]!.toLowerCase() === lowerName);
}

/** Whether Node read the same messages up to one that it refuses for a reason that is an exception here. */
export function isStricterOnPurpose(bytes: Buffer, whole: Outcome, node: NodeOutcome): boolean {
  const message = whole.messages[node.messages.length];
  if (message === undefined) return false;
  const refused = { message, before: node.messages, text: bytes.toString('latin1') };
  return EXCEPTIONS.some(exception => exception.error.test(node.error) && exception.applies(refused));
}
