import type { Networks } from '../config/cidr.ts';
import { listMembers } from '../fields.ts';
import { isAuthority } from '../http1/host.ts';
import { hopAddresses, lookBack, SILENT } from './chain.ts';
import { type ForwardedElement, nodeAddress } from './forwarded.ts';

/** What proxies say of a request in one of the two notations, as far as it is believed. */
export interface Account {
  readonly client: string;
  /** Whether the client is no trusted proxy itself. */
  readonly outside: boolean;
  /** How many were believed on the way to the client. */
  readonly hops: number;
  /** Whether it says anything of who the client is. */
  readonly tells: boolean;
  /** Empty: it does not say, or it says what is no scheme. */
  readonly proto: 'http' | 'https' | '';
  readonly host: string;
  /** 0: it does not say. */
  readonly port: number;
  /** Addresses from the farthest to the nearest, empty or SILENT for those that are not named, and the place of the client. */
  readonly chain: readonly string[];
  readonly place: number;
  /** The chain as X-Forwarded-For or as Forwarded has it; empty in the notation that it did not come in. */
  readonly list: string;
  readonly elements: string;
}

/** What X-Forwarded-For says, and the fields that go with it; repeated fields are one list. */
export interface ListFields {
  readonly forwardedFor: string;
  readonly proto: string;
  readonly host: string;
  readonly port: string;
}

/** The account of X-Forwarded-For, -Proto, -Host and -Port. */
export function accountOfLists(fields: ListFields, peer: string, trusted: Networks): Account {
  const chain = hopAddresses(members(fields.forwardedFor));
  const { client, place, outside } = lookBack(chain, peer, trusted);
  return {
    client,
    outside,
    hops: chain.length - Math.max(place, 0),
    tells: chain.length > 0,
    proto: schemeOf(memberAt(fields.proto, place, chain.length)),
    host: hostOf(memberAt(fields.host, place, chain.length)),
    port: portOf(memberAt(fields.port, place, chain.length)),
    chain,
    place,
    list: chain.length === 0 ? '' : fields.forwardedFor,
    elements: '',
  };
}

/** The account of Forwarded fields, of which `text` is the value. */
export function accountOfElements(
  elements: readonly ForwardedElement[],
  text: string,
  peer: string,
  trusted: Networks,
): Account {
  const chain = elements.map(({ node }) => (node === undefined ? SILENT : nodeAddress(node)));
  const { client, place, outside } = lookBack(chain, peer, trusted);
  const element = elements[place];
  return {
    client,
    outside,
    hops: chain.length - Math.max(place, 0),
    tells: element?.node !== undefined,
    proto: schemeOf(element?.proto ?? ''),
    host: hostOf(element?.host ?? ''),
    port: 0,
    chain,
    place,
    list: '',
    elements: chain.length === 0 ? '' : text,
  };
}

function members(list: string): string[] {
  return list === '' ? [] : listMembers(list).filter(member => member !== '');
}

/** The member that goes with a place in a chain: of a list as long as the chain the one at that place, else the nearest proxy's. */
function memberAt(list: string, place: number, length: number): string {
  if (list === '') return '';
  const all = members(list);
  return (all.length === length ? all[place] : all.at(-1)) ?? '';
}

function schemeOf(text: string): Account['proto'] {
  switch (text.toLowerCase()) {
    case 'https':
    case 'wss':
      return 'https';
    case 'http':
    case 'ws':
      return 'http';
    default:
      return '';
  }
}

function hostOf(text: string): string {
  return text !== '' && isAuthority(text) ? text : '';
}

function portOf(text: string): number {
  const port = /^[1-9]\d{0,4}$/.test(text) ? Number(text) : 0;
  return port <= 65_535 ? port : 0;
}
