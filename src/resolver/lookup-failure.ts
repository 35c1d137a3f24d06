/** A lookup that gave nothing, in words for the operator. */
export class LookupFailure extends Error {
  /** Whether somebody who knows says that there is nothing; else nobody could be asked. */
  readonly negative: boolean;

  constructor(message: string, negative: boolean, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'LookupFailure';
    this.negative = negative;
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
  return new LookupFailure(message, NEGATIVE.has(name), thrown);
}

/** The failure of a question that was answered without a record. */
export function noRecord(what: string): LookupFailure {
  return new LookupFailure(`the name has no ${what}`, true);
}
