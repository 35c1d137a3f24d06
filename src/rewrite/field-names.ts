import {
  CLIENT_CERTIFICATE,
  CONNECTION,
  CONTENT_LENGTH,
  EXPECT,
  FORWARDED,
  fieldCode,
  HOST,
  KEEP_ALIVE,
  LOOKALIKE,
  PROXY_CONNECTION,
  TE,
  TRAILER,
  TRANSFER_ENCODING,
  UPGRADE,
  VIA,
  X_FORWARDED_FOR,
  X_FORWARDED_HOST,
  X_FORWARDED_OTHER,
  X_FORWARDED_PORT,
  X_FORWARDED_PROTO,
  X_REAL_IP,
  X_REQUEST_ID,
} from '../fields.ts';
import { CLASS, TOKEN } from '../http1/bytes.ts';
import { quoted } from '../http1/refusal.ts';

/** What a rewrite does to fields of a name. */
export type FieldEdit = 'set' | 'add' | 'remove';

/** Why a rewrite may not do that to a request field, and what to do instead; undefined: it may. */
export function requestFieldFault(name: string, edit: FieldEdit): string | undefined {
  const fault = fieldFault(name);
  if (fault !== undefined) return fault;
  switch (fieldCode(name)) {
    case HOST:
      return `field ${quoted(name)} is what the directive host sets`;
    case EXPECT:
      return `field ${quoted(name)} is between the client and the gateway`;
    case VIA:
      return `field ${quoted(name)} is how gateways notice that they send requests in a circle`;
    case LOOKALIKE:
      return `field ${quoted(name)} would pass for one of the gateway's own at applications that read _ as -; write it with -`;
    case X_FORWARDED_FOR:
    case X_FORWARDED_PROTO:
    case X_FORWARDED_HOST:
    case X_FORWARDED_PORT:
    case X_FORWARDED_OTHER:
    case CLIENT_CERTIFICATE:
    case X_REAL_IP:
    case X_REQUEST_ID:
    case FORWARDED:
      return edit === 'add'
        ? `field ${quoted(name)} is one of the gateway's own: set it, so that there is one`
        : undefined;
    default:
      return undefined;
  }
}

/** Why a rewrite may not touch an answer field; undefined: it may. */
export function responseFieldFault(name: string): string | undefined {
  return fieldFault(name);
}

/** Fields of one connection and of the framing are the gateway's to write (RFC 9110, 7.6.1 and RFC 9112, 6). */
function fieldFault(name: string): string | undefined {
  if (!isToken(name)) return `${quoted(name)} is no field name: letters, digits and hyphens make one`;
  switch (fieldCode(name)) {
    case CONNECTION:
    case KEEP_ALIVE:
    case PROXY_CONNECTION:
    case TE:
    case TRAILER:
    case UPGRADE:
      return `field ${quoted(name)} is about one connection, which the gateway sees to itself`;
    case TRANSFER_ENCODING:
    case CONTENT_LENGTH:
      return `field ${quoted(name)} says where a body ends, which the gateway sees to itself`;
    default:
      return undefined;
  }
}

function isToken(name: string): boolean {
  let valid = name !== '';
  for (let i = 0; valid && i < name.length; i++) valid = ((CLASS[name.charCodeAt(i)] ?? 0) & TOKEN) !== 0;
  return valid;
}
