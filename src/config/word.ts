import { expected, Misread, show } from './misread.ts';
import { nearest } from './nearest.ts';

/** The reader of one word out of a few; numbers are taken for their digits. It throws Misread with the nearest word. */
export function parseWord<const T extends string>(words: readonly T[]): (value: unknown) => T {
  return value => {
    const text = typeof value === 'number' ? String(value) : value;
    if (words.includes(text as T)) return text as T;
    const what = `one of ${words.join(', ')}`;
    const near = typeof text === 'string' ? nearest(text, words) : undefined;
    if (near === undefined) throw expected(what, value);
    throw new Misread(`expected ${what}; got ${show(value)}, the nearest is ${near}`);
  };
}

/** The reader of several words: a list, or one text with commas; each counts once. */
export function parseWords<const T extends string>(words: readonly T[]): (value: unknown) => readonly T[] {
  const parse = parseWord(words);
  return value => {
    if (Array.isArray(value)) return [...new Set(value.map(parse))];
    if (value === '') return [];
    if (typeof value === 'number') return [parse(value)];
    if (typeof value !== 'string') throw expected(`a list of ${words.join(', ')}`, value);
    return [...new Set(value.split(',').map(word => parse(word.trim())))];
  };
}
