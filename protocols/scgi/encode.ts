import type { Fields } from '../../src/fields.ts';

/**
 * The head of an SCGI request: a netstring of names and values that each end in NUL, CONTENT_LENGTH first and then
 * `SCGI`, no name twice. The list begins with CONTENT_LENGTH.
 */
export function encodeHead(variables: Fields): string {
  let text = `CONTENT_LENGTH\0${variables[1]}\0SCGI\x001\0`;
  for (let i = 2; i < variables.length; i += 2) {
    if (variables[i] !== 'SCGI') text += `${variables[i]}\0${variables[i + 1]}\0`;
  }
  return `${text.length}:${text},`;
}
