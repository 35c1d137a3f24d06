/** The error of a lookup that says itself, in its message, why a name has no address. */
export class NameError extends Error {
  /** As the system's own lookup calls it. */
  readonly code = 'ENOTFOUND';
}
