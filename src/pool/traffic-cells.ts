import { ERRORS, type ErrorKind } from '../errors.ts';

/** How something ended, as the number of its cell: the class of a status, or the kind of an error. */
export type Outcome = number;

/** Classes of statuses: the cells of the errors come behind theirs, in the order of KINDS. */
export const CLASSES = 5;

/** The kinds of errors, in the order of their cells. */
export const KINDS = Object.keys(ERRORS) as readonly ErrorKind[];

/** Cells below this one are outcomes. */
export const OUTCOMES = CLASSES + KINDS.length;

export const REQUEST_BYTES = OUTCOMES;
export const ANSWER_BYTES = OUTCOMES + 1;
export const REDIRECTED = OUTCOMES + 2;
export const RETRIES = OUTCOMES + 3;
export const QUEUED = OUTCOMES + 4;
export const TUNNELS_BEGUN = OUTCOMES + 5;
export const TUNNELS_ENDED = OUTCOMES + 6;
export const OPENED = OUTCOMES + 7;
export const REUSED = OUTCOMES + 8;
export const EJECTIONS = OUTCOMES + 9;
export const RESTORATIONS = OUTCOMES + 10;
export const HELD = OUTCOMES + 11;

/** How many cells there are. */
export const CELLS = OUTCOMES + 12;

const CELL_OF: ReadonlyMap<string, Outcome> = new Map(KINDS.map((kind, i) => [kind, CLASSES + i]));

/** What has an end of which nobody said how it went is a defect of the gateway. */
export const UNTOLD: Outcome = CELL_OF.get('internal_error')!;

/** The outcome of an answer with that status. */
export function outcomeOf(status: number): Outcome {
  return status >= 100 && status < 600 ? ((status / 100) | 0) - 1 : UNTOLD;
}

/** The outcome of what failed; `kind` is one of KINDS. */
export function outcomeOfError(kind: string): Outcome {
  return CELL_OF.get(kind) ?? UNTOLD;
}
