import { CONTENT_LENGTH, type FieldLines } from '../fields.ts';
import { contentLength } from '../http1/content-length.ts';
import { isHopByHop, namedByConnection } from '../http1/hop-by-hop.ts';
import { quoted, refusal } from '../http1/refusal.ts';
import { type CgiHeadParser, STATUS } from './response-head.ts';

const KIND = 'http_protocol_error';

/**
 * The fields of a program's answer that are for the client: without Status and all that is hop-by-hop or framing. A
 * Transfer-Encoding is dropped with them, and undone by nobody: a program has no business with it (RFC 3875, 6.3.5).
 */
export function fieldsForClient(head: CgiHeadParser): FieldLines {
  const { codes, count } = head;
  const named = namedByConnection(head);
  let lines = '';
  let run = 0;
  for (let i = 0; i < count; i++) {
    if (codes[i] !== STATUS && !isHopByHop(head, i, named)) continue;
    lines += head.lines(run, i);
    run = i + 1;
  }
  return lines + head.lines(run, count);
}

/** The Content-Length that a program gives; undefined: none. Throws http_protocol_error if it is no length, or two. */
export function announcedLength(head: CgiHeadParser): number | undefined {
  const { codes, count } = head;
  let length: number | undefined;
  for (let i = 0; i < count; i++) {
    if (codes[i] !== CONTENT_LENGTH) continue;
    const said = contentLength(head.value(i));
    if (said < 0) throw refusal(KIND, `field Content-Length: ${quoted(head.value(i))} is no number of bytes`);
    if (length !== undefined && said !== length)
      throw refusal(KIND, `has two Content-Lengths, ${length} and ${said}`);
    length = said;
  }
  return length;
}
