import { caddy } from './caddy.ts';
import { fastcgiClient } from './fastcgi-client.ts';
import { haproxy } from './haproxy.ts';
import { lighttpd } from './lighttpd.ts';
import { nginx, nginxBare, nginxKeepAlive } from './nginx.ts';
import type { Peer } from './peer.ts';
import { sluice, sluiceMaxConns } from './sluice.ts';

/** Every gateway that can take part, in the order of the tables. */
export const PEERS: readonly Peer[] = [
  nginx,
  nginxBare,
  nginxKeepAlive,
  haproxy,
  sluice,
  sluiceMaxConns,
  lighttpd,
  caddy,
  fastcgiClient,
];
