import { listenWords } from '../operations/listen-words.ts';
import { Failure } from './usage-error.ts';

/** A listener that could not be bound, with its address and a remedy; anything else unchanged. */
export function listenFailure(thrown: unknown): unknown {
  const words = listenWords(thrown);
  return words === undefined ? thrown : new Failure(words);
}
