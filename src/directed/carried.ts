import type { FieldLines } from '../fields.ts';

/** Fields that were for the gateway, that describe the body which is not sent, or that whoever sends the other one knows better. */
const NOT_CARRIED =
  /^(?:x-accel-[^:]*|x-reproxy-[^:]*|x-rewrite-[^:]*|x-sendfile|x-lighttpd-send-file|content-(?:length|range|encoding|md5|digest)|repr-digest|digest|accept-ranges|etag|last-modified|date|server|trailer|location): [^\r]*\r\n/gim;

/** What stays true of an answer whose body another one takes the place of. */
export function carriedOf(fields: FieldLines): FieldLines {
  return fields.replace(NOT_CARRIED, '');
}
