import type { Networks } from '../config/cidr.ts';
import { type Account, accountOfElements, accountOfLists } from './account.ts';
import type { Doubts } from './doubts.ts';
import { type ForwardedElement, MOST_ELEMENTS, parseForwarded } from './forwarded.ts';
import type { Hearsay } from './hearsay.ts';

const UNREADABLE =
  'a trusted proxy passed on a Forwarded field that cannot be read: neither it nor what stands before it is believed';
const CONTRADICTION =
  'X-Forwarded-* and Forwarded of a trusted proxy contradict each other: the safer is believed; let the proxy remove what it does not set';

/** What is believed of what a trusted proxy said. */
export function believe(heard: Hearsay, peer: string, trusted: Networks, doubts: Doubts): Account {
  const lists = accountOfLists(heard, peer, trusted);
  if (heard.forwarded === '') return lists;
  const { elements, text, readable } = readFields(heard.forwarded.split('\n'));
  const standard = accountOfElements(elements, text, peer, trusted);
  const contradictory = contradict(lists, standard);
  if (!readable) doubts.add(UNREADABLE, { peer, forwarded: heard.forwarded });
  else if (contradictory) {
    const { forwardedFor, proto, host, forwarded } = heard;
    doubts.add(CONTRADICTION, { peer, forwardedFor, proto, host, forwarded });
  }
  const believed = isSafer(standard, lists) ? standard : lists;
  return contradictory ? cautious(believed, lists, standard) : believed;
}

const UNNAMED: ForwardedElement = { node: 'unknown', proto: '', host: '' };

/**
 * The elements of all fields, from the last that cannot be read on; that one stands for somebody who is not named. Were it
 * left out, a client could take the place of the proxy by breaking the field to which that adds its name.
 */
function readFields(fields: readonly string[]) {
  let elements: readonly ForwardedElement[] = [];
  let text = '';
  for (let i = fields.length - 1; i >= 0; i--) {
    const read = elements.length > MOST_ELEMENTS ? undefined : parseForwarded(fields[i]!);
    const behind = text === '' ? '' : `, ${text}`;
    if (read === undefined)
      return { elements: [UNNAMED, ...elements], text: `for=unknown${behind}`, readable: false };
    if (read.length === 0) continue;
    elements = [...read, ...elements];
    text = `${fields[i]}${behind}`;
  }
  return { elements, text, readable: true };
}

function contradict(one: Account, other: Account): boolean {
  return (
    (one.tells && other.tells && one.client !== other.client) ||
    differ(one.proto, other.proto) ||
    differ(one.host.toLowerCase(), other.host.toLowerCase())
  );
}

function differ(one: string, other: string): boolean {
  return one !== '' && other !== '' && one !== other;
}

/**
 * What is left of the account that is believed where the other contradicts it: nobody knows which of them a client has
 * written, so that TLS and a host have to be in both. Its text goes, for that says the rest, too.
 */
function cautious(believed: Account, lists: Account, standard: Account): Account {
  return {
    ...believed,
    proto: lists.proto === standard.proto ? lists.proto : 'http',
    host: lists.host.toLowerCase() === standard.host.toLowerCase() ? believed.host : '',
    port: 0,
    elements: '',
  };
}

/**
 * A client outside goes before a trusted proxy, which nobody becomes by a field that the proxy in front let pass; of two
 * outside the one for which fewer hops have to be believed. Where that is the same X-Forwarded-For goes before Forwarded:
 * more proxies that set the one let the other pass than the other way round.
 */
function isSafer(standard: Account, lists: Account): boolean {
  if (!lists.tells && !standard.tells) return !saysAnything(lists);
  if (!lists.tells || !standard.tells) return standard.tells;
  if (lists.outside !== standard.outside) return standard.outside;
  return standard.hops < lists.hops;
}

function saysAnything({ proto, host, port }: Account): boolean {
  return proto !== '' || host !== '' || port !== 0;
}
