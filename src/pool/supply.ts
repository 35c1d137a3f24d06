/** Who starts what serves a pool, when it is needed. */
export interface Supply {
  /** Whether endpoints that are disabled will be back by themselves, so that claims may wait for them. */
  readonly expected: boolean;
  /** A claim had to wait or was turned away, for want of a slot. Called under overload too: cheap, and never throws. */
  wanted(): void;
}
