import type { BufferConfig } from './config.ts';
import { expected, Misread } from './misread.ts';
import { formatSize, parseSize } from './size.ts';
import { parseWord } from './word.ts';

const WHAT = 'auto, on or off, and a size after a comma if another one is wanted, as in on,8m';
const parseMode = parseWord(['auto', 'on', 'off']);

/** The reader of `auto`, `on` or `off`, with a size behind a comma or else this one; it throws Misread. */
export function parseBuffer(usual: number): (value: unknown) => BufferConfig {
  return value => {
    if (typeof value !== 'string') throw expected(WHAT, value);
    const [mode, size, ...more] = value.split(',').map(part => part.trim());
    if (more.length > 0) throw expected(WHAT, value);
    if (size === undefined) return { mode: parseMode(mode), size: usual };
    const bytes = parseSize(size);
    if (bytes === 0) throw new Misread(`${expected(WHAT, value).message}: for no buffer at all, write off`);
    return { mode: parseMode(mode), size: bytes };
  };
}

/** A buffer as `parseBuffer` reads it. */
export function formatBuffer({ mode, size }: BufferConfig): string {
  return mode === 'off' ? 'off' : `${mode},${formatSize(size)}`;
}
