/** Why a request to the console is not carried out, and the status that goes with it. */
export const STATUSES = {
  invalid: 400,
  unauthorized: 401,
  forbidden: 403,
  unknown: 404,
  method_not_allowed: 405,
  refused: 409,
  too_large: 413,
  media_type: 415,
  defect: 500,
} as const;

export type RefusalKind = keyof typeof STATUSES;

/** A request to the console that is not carried out; the message says why, and what would be. */
export class Refusal extends Error {
  readonly kind: RefusalKind;
  /** The Allow field of the answer; undefined: none. */
  readonly allow: string | undefined;

  constructor(kind: RefusalKind, message: string, allow?: string) {
    super(message);
    this.name = 'Refusal';
    this.kind = kind;
    this.allow = allow;
  }
}
