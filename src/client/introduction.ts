import { UNIX } from '../config/cidr.ts';
import type { Config } from '../config/config.ts';
import type { FieldLines } from '../fields.ts';
import type { Account } from './account.ts';
import { MOST_HOPS, SILENT } from './chain.ts';
import { forwardedElement } from './forwarded.ts';
import type { Peer } from './peer.ts';

/** In which fields backends are told of the client. */
export type Notation = Config['forwarded'];

/** The fields that tell of a client that nobody else has told of. */
export function introduceStranger(peer: Peer, host: string, notation: Notation): FieldLines {
  if (notation === 'x') return listLines(addressOf(peer), peer.scheme, host);
  const lists = notation === 'both' ? listLines(addressOf(peer), peer.scheme, host) : '';
  return (
    lists + (notation === 'none' ? '' : `Forwarded: ${forwardedElement(peer.address, peer.scheme, host)}\r\n`)
  );
}

/** The fields that tell of the client behind a trusted proxy: what is believed of what it said, and the proxy's address. */
export function introduce(
  account: Account,
  peer: Peer,
  host: string,
  notation: Notation,
  rest: FieldLines,
): FieldLines {
  if (notation === 'none') return '';
  const proto = account.proto || peer.scheme;
  const told = account.host || host;
  const elements = notation === 'x' ? '' : `Forwarded: ${elementsOf(account, peer, host)}\r\n`;
  if (notation === 'standard') return elements;
  const port = account.port === 0 ? '' : `X-Forwarded-Port: ${account.port}\r\n`;
  return rest + listLines(joined(listOf(account), addressOf(peer)), proto, told) + port + elements;
}

function listLines(chain: string, proto: string, host: string): FieldLines {
  const forwardedFor = chain === '' ? '' : `X-Forwarded-For: ${chain}\r\n`;
  const hostLine = host === '' ? '' : `X-Forwarded-Host: ${host}\r\n`;
  return `${forwardedFor}X-Forwarded-Proto: ${proto}\r\n${hostLine}`;
}

/** A unix socket has no address to add. */
function addressOf({ address }: Peer): string {
  return address === UNIX ? '' : address;
}

function listOf({ list, chain }: Account): string {
  if (list !== '') return list;
  return near(chain)
    .map(address => (address === '' || address === SILENT ? 'unknown' : address))
    .join(', ');
}

/** Each proxy tells of the request that it was given: the last element is this gateway's. */
function elementsOf(account: Account, peer: Peer, host: string): string {
  const { chain, place, proto } = account;
  if (chain.length === 0) return forwardedElement(peer.address, proto || peer.scheme, account.host || host);
  const own = peer.address === UNIX ? '' : forwardedElement(peer.address, peer.scheme, host);
  if (account.elements !== '') return joined(account.elements, own);
  const kept = near(chain);
  const named = place - (chain.length - kept.length);
  const elements = kept.map((address, i) =>
    i === named ? forwardedElement(address, proto, account.host) : forwardedElement(address, '', ''),
  );
  return joined(elements.join(', '), own);
}

function joined(chain: string, last: string): string {
  return chain === '' || last === '' ? chain + last : `${chain}, ${last}`;
}

function near(chain: readonly string[]): readonly string[] {
  return chain.length > MOST_HOPS ? chain.slice(-MOST_HOPS) : chain;
}
