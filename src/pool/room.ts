import type { Gate } from './gate.ts';

/** While so many wait for a slot, those who wait at a gate stay there. */
const AHEAD = 16;

/** Gates that wait for room in the queue of their pool. */
export class Room {
  readonly #gates = new Set<Gate>();

  /** Whether there is room beside so many that wait for a slot; if not, the gate is told when there is. */
  await(gate: Gate, queued: number): boolean {
    if (queued < AHEAD) return true;
    this.#gates.add(gate);
    return false;
  }

  /** So many wait for a slot now. */
  look(queued: number): void {
    if (this.#gates.size === 0 || queued >= AHEAD) return;
    for (const gate of this.#gates) gate.roomFound();
    this.#gates.clear();
  }
}
