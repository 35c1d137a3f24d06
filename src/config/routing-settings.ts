import { parseDurationOrOff, parsePositiveDuration } from './duration.ts';
import { parseFileName } from './file-name.ts';
import { parseInteger } from './integer.ts';
import { parseNames } from './names.ts';
import { parseFallback, parsePoolName } from './pool-name.ts';
import { parseRedirectHttps } from './redirect-https.ts';
import { parseErrorPage } from './route/error-page.ts';
import { parseRouteName } from './route-name.ts';
import { count, flag, one, several, texts } from './setting.ts';
import { parseSticky } from './sticky.ts';
import { parseWord } from './word.ts';

/** Settings of which pool gets a request, what is answered without one, and what answers of backends may bring about. */
export const routingSettings = {
  fallback: flag(one(parseFallback), {
    value: 'POOL',
    meaning: 'the pool that serves while another has no endpoint that is up; off: none',
  }),
  'read-your-writes': flag(one(parseDurationOrOff), {
    value: 'D',
    meaning:
      'with reads in a route: how long a client that has written reads from where it wrote; off: it does not',
  }),
  sticky: flag(one(parseSticky), {
    value: 'HOW',
    meaning:
      'cookie[:NAME]: a signed cookie leads a client to the endpoint that it came to first; off: none does',
  }),
  'cookie-key-file': flag(one(parseFileName), {
    value: 'FILE',
    meaning:
      'the file with the key that cookies of the gateway are signed with, made if it is not there (default: cookie-key in STATE_DIRECTORY, XDG_STATE_HOME/sluice, /var/lib/sluice for root, or ~/.local/state/sluice)',
  }),
  'error-page': flag(several(parseErrorPage), {
    value: 'STATUSES=FILE',
    meaning:
      "a page in place of the gateway's own words for these statuses, such as 502-504=down.html; with ,intercept behind it also in place of a backend's answer",
    repeatable: true,
  }),
  'redirect-https': flag(one(parseRedirectHttps, { type: ['string', 'integer', 'boolean'] }), {
    value: 'PORT',
    optional: '443',
    meaning:
      'requests without TLS are redirected to https, to this port, 443 unless it is given; off: they are not',
  }),
  forwarded: flag(one(parseWord(['x', 'standard', 'both', 'none'])), {
    value: 'HOW',
    meaning:
      'how backends are told of the client: x (X-Forwarded-*), standard (Forwarded, RFC 7239), both, or none',
  }),
  'accel-routes': flag(texts(parseNames(parseRouteName)), {
    value: 'NAMES',
    meaning: 'routes that a backend may send a request to by X-Accel-Redirect; off: none',
  }),
  'rewrite-pools': flag(texts(parseNames(parsePoolName)), {
    value: 'NAMES',
    meaning:
      'pools that a backend may send a request to by X-Rewrite-Backend; with any, X-Rewrite-URI and X-Rewrite-Host count, too; off: none',
  }),
  'reproxy-pools': flag(texts(parseNames(parsePoolName)), {
    value: 'NAMES',
    meaning: 'pools that a backend may have an answer fetched from by X-Reproxy-URL; off: none',
  }),
};

/** Settings of what comes before a request on connections of clients. */
export const handshakeSettings = {
  'handshake-timeout': flag(one(parsePositiveDuration), {
    value: 'D',
    meaning: 'how long a client may take for a TLS handshake or a PROXY header',
  }),
  'max-handshakes': flag(count(parseInteger(1, 1_000_000)), {
    value: 'N',
    meaning: 'TLS handshakes under way at once, over all listeners; beyond: connections wait',
  }),
};
