import type { Destination } from '../protocol.ts';

/** Where a backend is, in words for the log; of a name that has several addresses, also which one. */
export function placeWords({
  path,
  authority,
  host,
}: Pick<Destination, 'path' | 'authority' | 'host'>): string {
  if (path !== '') return path;
  const name = authority.slice(0, authority.lastIndexOf(':'));
  return name === host || name === `[${host}]` ? authority : `${authority} (${host})`;
}
