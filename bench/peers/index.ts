import { caddy } from './caddy.ts';
import { haproxy } from './haproxy.ts';
import { lighttpd } from './lighttpd.ts';
import { nginx, nginxBare } from './nginx.ts';
import type { Peer } from './peer.ts';
import { sluice } from './sluice.ts';

/** Every gateway that can take part, in the order of the tables. */
export const PEERS: readonly Peer[] = [nginx, nginxBare, haproxy, sluice, lighttpd, caddy];
