import type { Protocol } from '../src/protocol.ts';
import { cgi } from './cgi/index.ts';
import { fastcgi } from './fastcgi/index.ts';
import { http } from './http/index.ts';
import { scgi } from './scgi/index.ts';
import { uwsgi } from './uwsgi/index.ts';

/** Every protocol that a backend may speak: the one place of registration. */
export const protocols: readonly Protocol[] = [http, fastcgi, scgi, uwsgi, cgi];
