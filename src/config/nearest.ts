/**
 * Edits that lead from one word to the other: insert, delete, replace, or swap of two neighbours.
 * The tables are a few words long: this runs once, for an error message.
 */
function distance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const cost = from[i - 1] === to[j - 1] ? 0 : 1;
      let best = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + cost);
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      if (swapped) best = Math.min(best, rows[i - 2]![j - 2]! + 1);
      row.push(best);
    }
    rows.push(row);
  }
  return rows[from.length]![to.length]!;
}

const FEW = 10;

/** The known word that is fewest edits away, undefined if none is alike: more than half of the letters would change. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const lower = word.toLowerCase().slice(0, 64);
  let best: string | undefined;
  let least = Math.max(2, Math.floor(lower.length / 2)) + 1;
  for (const candidate of known) {
    const edits = distance(lower, candidate.toLowerCase());
    if (edits < least) {
      least = edits;
      best = candidate;
    }
  }
  return best;
}

/** `unknown <kind> "<word>"` with the nearest known word, or with all of them if none is near and they are few. */
export function unknownWord(kind: string, word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  const unknown = `unknown ${kind} ${JSON.stringify(word)}`;
  if (near !== undefined) return `${unknown}; the nearest known one is "${near}"`;
  return known.length > FEW ? unknown : `${unknown}; known are: ${known.join(', ')}`;
}
