/** A lookup that gave nothing, in words for the operator. */
export class LookupFailure extends Error {
  /** Whether somebody who knows says that there is nothing; else nobody could be asked. */
  readonly negative: boolean;
  /** What kind of failure it is, however it is worded: a code of the DNS library's where there is one. */
  readonly kind: string;

  constructor(message: string, negative: boolean, kind = message, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'LookupFailure';
    this.negative = negative;
    this.kind = kind;
  }
}

/** What codes of the DNS library and of the system's lookup mean; what DNS calls them comes first. */
const WORDS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'NXDOMAIN: there is no such name',
  ENODATA: 'the name has no such record',
  ESERVFAIL: 'SERVFAIL: the DNS server cannot find out',
  EREFUSED: 'REFUSED: the DNS server does not answer such questions',
  ETIMEOUT: 'no DNS server answers in time',
  ECONNREFUSED: 'no DNS server can be reached',
  EBADRESP: 'the answer of the DNS server cannot be read',
  EFORMERR: 'FORMERR: the DNS server does not understand the question',
  ENOTIMP: 'NOTIMP: the DNS server does not know such questions',
  EBADNAME: 'it is no name that DNS could know',
  EAI_AGAIN: 'no name server answers',
  EAI_NODATA: 'the name has no address',
  EAI_NONAME: 'there is no such name',
};

const NEGATIVE = new Set(['ENOTFOUND', 'ENODATA', 'EBADNAME', 'EAI_NODATA', 'EAI_NONAME']);

/** Anything that a lookup threw, as a LookupFailure. */
export function lookupFailure(thrown: unknown): LookupFailure {
  if (thrown instanceof LookupFailure) return thrown;
  const code = (thrown as { code?: unknown } | undefined)?.code;
  const name = typeof code === 'string' ? code : '';
  const message = WORDS[name] ?? (name || String(thrown));
  return new LookupFailure(message, NEGATIVE.has(name), name || undefined, thrown);
}

/** The code of an answer that did not come in time. */
export const LATE = 'ETIMEOUT';

/** Failures behind which no server said anything. */
const UNANSWERED = new Set([LATE, 'ECONNREFUSED']);

/** No more servers than this are named. */
const MOST_SERVERS = 3;

/** What a question to DNS servers failed with, which are named where none has answered. */
export function dnsFailure(thrown: unknown, servers: readonly string[]): LookupFailure {
  const failure = lookupFailure(thrown);
  if (!UNANSWERED.has(failure.kind)) return failure;
  const more = servers.length - MOST_SERVERS;
  const named = servers.slice(0, MOST_SERVERS).join(', ') + (more > 0 ? ` and ${more} more` : '');
  return new LookupFailure(`${failure.message} (${named})`, failure.negative, failure.kind, thrown);
}

/** The failure of a question that was answered without a record. */
export function noRecord(what: string): LookupFailure {
  return new LookupFailure(`the name has no ${what}`, true);
}
