/** Name-value pairs in latin1 bytes (FastCGI 1.0, section 3.4); what does not fit into them is left out. */
export function readPairs(bytes: string): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  for (let at = 0; at < bytes.length; ) {
    const name = lengthAt(bytes, at);
    at += sizeAt(bytes, at);
    const value = lengthAt(bytes, at);
    at += sizeAt(bytes, at);
    if (!(at + name + value <= bytes.length)) break;
    pairs.set(bytes.slice(at, at + name), bytes.slice(at + name, at + name + value));
    at += name + value;
  }
  return pairs;
}

function sizeAt(bytes: string, at: number): number {
  return bytes.charCodeAt(at) < 128 ? 1 : 4;
}

/** NaN if the bytes end before it. */
function lengthAt(bytes: string, at: number): number {
  const first = bytes.charCodeAt(at);
  if (!(first >= 128)) return first;
  const [second, third, fourth] = [1, 2, 3].map(i => bytes.charCodeAt(at + i)) as [number, number, number];
  return (first - 128) * 2 ** 24 + second * 2 ** 16 + third * 2 ** 8 + fourth;
}
