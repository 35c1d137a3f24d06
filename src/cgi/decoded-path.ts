import { GatewayError } from '../errors.ts';
import { HEX } from '../http1/bytes.ts';
import { quoted } from '../http1/refusal.ts';

const SPACE = 0x20;
const DELETE = 0x7f;

/**
 * A path, decoded once and byte by byte: bytes stay latin1, whatever the application takes them for. Throws
 * http_request_error for a NUL or another control character, which programs would take for the end of the path or a line,
 * and for a percent sign without two hexadecimal digits.
 */
export function decodedPath(path: string): string {
  if (!path.includes('%')) return path;
  let decoded = '';
  let run = 0;
  for (let at = path.indexOf('%'); at !== -1; at = path.indexOf('%', run)) {
    decoded += path.slice(run, at) + String.fromCharCode(byteAt(path, at));
    run = at + 3;
  }
  return decoded + path.slice(run);
}

/** The byte that the three characters at a percent sign stand for. */
function byteAt(path: string, at: number): number {
  // Past the end of the path charCodeAt gives NaN, at which HEX has nothing.
  const high = HEX[path.charCodeAt(at + 1)] ?? 255;
  const low = HEX[path.charCodeAt(at + 2)] ?? 255;
  if (high > 15 || low > 15) {
    throw refusedPath(
      path,
      'a percent sign must be followed by two hexadecimal digits; %25 stands for itself',
    );
  }
  const byte = high * 16 + low;
  if (byte < SPACE || byte === DELETE)
    throw refusedPath(path, 'an encoded control character may not stand in it');
  return byte;
}

/** The error for a path that cannot be told to an application, or cannot name a file; in words that say why. */
export function refusedPath(path: string, why: string): GatewayError {
  return new GatewayError('http_request_error', `request path ${quoted(path)}: ${why}`);
}
