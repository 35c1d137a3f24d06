import { quoted } from '../http1/refusal.ts';
import { plainAddress } from './plain-address.ts';
import type { HeaderFault, ProxyHeader } from './proxy-header.ts';

/** The longest header of version 1, its line end included. */
export const HEADER_V1_BYTES = 107;

/** The shortest words behind PROXY by the protocol that the second one names. */
const SHORTEST: ReadonlyMap<string, readonly number[]> = new Map([
  ['TCP4', [4, 7, 7, 1, 1]],
  ['TCP6', [4, 2, 2, 1, 1]],
]);

const LINE_END = 2;
const NOT_NAMED = { remoteAddress: '', remotePort: 0, localAddress: '', localPort: 0 };

/** How many bytes a header that is not complete yet lacks at least, or what is wrong with it. */
export function missingV1(text: string): number | HeaderFault {
  const at = text.search(/[^ -~]/);
  if (at !== -1 && (text[at] !== '\r' || at !== text.length - 1))
    return { detail: `it has a byte that has no place there: ${quoted(text)}` };
  const missing = at === -1 ? missingWords(text.split(' ').slice(1)) + LINE_END : 1;
  if (text.length + missing <= HEADER_V1_BYTES) return missing;
  return { detail: `it has no end within ${HEADER_V1_BYTES} bytes` };
}

function missingWords(words: readonly string[]): number {
  const shortest = SHORTEST.get(words[0] ?? '') ?? [];
  let missing = 0;
  for (let i = 0; i < shortest.length; i++) {
    const word = words[i];
    if (word === undefined) missing += 1 + shortest[i]!;
    else if (i === words.length - 1) missing += Math.max(0, shortest[i]! - word.length);
  }
  return missing;
}

/** What a line without its end says, or what is wrong with it. */
export function readV1(line: string): ProxyHeader | HeaderFault {
  // Whatever follows this word is to be ignored.
  if (/^PROXY UNKNOWN(?: |$)/.test(line)) return { kind: 'unknown', ends: NOT_NAMED, secure: false };
  const words = /^PROXY TCP([46]) ([\d.]+|[\da-fA-F.:]+) ([\d.]+|[\da-fA-F.:]+) (\d{1,5}) (\d{1,5})$/.exec(
    line,
  );
  if (words === null) return { detail: `it is no line of version 1: ${quoted(line)}` };
  const [, family, source, destination, sourcePort, destinationPort] = words as unknown as string[];
  const remoteAddress = addressOf(source!, family!);
  const localAddress = addressOf(destination!, family!);
  if (remoteAddress === '' || localAddress === '')
    return { detail: `it names what is no address of IPv${family}: ${quoted(line)}` };
  const remotePort = portOf(sourcePort!);
  const localPort = portOf(destinationPort!);
  if (remotePort < 0 || localPort < 0) return { detail: `it names what is no port: ${quoted(line)}` };
  return { kind: 'addresses', ends: { remoteAddress, remotePort, localAddress, localPort }, secure: false };
}

/** Empty if it is none of that version of IP. */
function addressOf(text: string, family: string): string {
  return text.includes(':') === (family === '6') ? plainAddress(text) : '';
}

/** -1 if it is none; zeros in front are not allowed. */
function portOf(digits: string): number {
  const port = Number(digits);
  return port > 65_535 || String(port) !== digits ? -1 : port;
}
