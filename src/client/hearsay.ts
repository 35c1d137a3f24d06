import {
  CLIENT_CERTIFICATE,
  type FieldLines,
  FORWARDED,
  X_FORWARDED_FOR,
  X_FORWARDED_HOST,
  X_FORWARDED_PORT,
  X_FORWARDED_PROTO,
  X_REQUEST_ID,
} from '../fields.ts';
import type { HeadFields } from '../http1/head.ts';
import { isRequestId } from './request-id.ts';

/** What a trusted proxy said of a request, as it was said; empty: nothing. Other repeated fields are one list. */
export class Hearsay {
  forwardedFor = '';
  proto = '';
  host = '';
  port = '';
  /** Its fields one by one, with line feeds in between: what breaks one has no say in what stands in another. */
  forwarded = '';
  id = '';
  /** What it said of the client's certificate, as lines. */
  certificate: FieldLines = '';
  /** Other fields of the kind, as lines. */
  rest: FieldLines = '';

  /** Takes a field in. */
  add(code: number, head: HeadFields, index: number): void {
    const value = head.value(index);
    if (code === X_FORWARDED_FOR) this.forwardedFor = listed(this.forwardedFor, value);
    else if (code === X_FORWARDED_PROTO) this.proto = listed(this.proto, value);
    else if (code === X_FORWARDED_HOST) this.host = listed(this.host, value);
    else if (code === X_FORWARDED_PORT) this.port = listed(this.port, value);
    else if (code === FORWARDED) this.forwarded += this.forwarded === '' ? value : `\n${value}`;
    else if (code === CLIENT_CERTIFICATE) this.certificate += head.lines(index, index + 1);
    else if (code !== X_REQUEST_ID) this.rest += head.lines(index, index + 1);
    else if (isRequestId(value)) this.id = value;
  }
}

function listed(list: string, value: string): string {
  return list === '' ? value : `${list}, ${value}`;
}
