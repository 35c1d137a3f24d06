import type { ErrorPages } from '../error-pages.ts';
import type { FieldLines } from '../fields.ts';
import { prefersJson } from '../http1/accept.ts';
import { reasonPhrase } from '../http1/write.ts';

/** To whom the gateway answers in its own words. */
export interface Asker {
  readonly id: string;
  /** Those of the request. */
  readonly fields: FieldLines;
  readonly pages: ErrorPages | null;
}

/** A body of the gateway's own, and its Content-Type. */
export interface OwnWords {
  readonly type: string;
  readonly body: readonly Buffer[];
}

/**
 * What the gateway has to say for a status: the page that stands for it, or the status in words, plain or JSON as the client
 * prefers; to a client that prefers JSON no other page is sent. `error`: its name from RFC 9209, empty: none.
 */
export function ownWords({ id, fields, pages }: Asker, status: number, error: string): OwnWords {
  const json = prefersJson(fields);
  const page = pages === null ? null : pages.find(status, json);
  if (page !== null) return { type: page.type, body: page.body(id, status) };
  const title = reasonPhrase(status);
  const told = error === '' ? { status, title, id } : { status, title, error, id };
  const text = json ? `${JSON.stringify(told)}\n` : `${status} ${title}\n`;
  const type = json ? 'application/json' : 'text/plain; charset=utf-8';
  return { type, body: [Buffer.from(text, 'latin1')] };
}
