import { applicationSettings } from './application-settings.ts';
import { parseBackendUrl } from './backend-url.ts';
import { parseBalance } from './balance.ts';
import { parseDuration, parseDurationOrOff, parsePositiveDuration } from './duration.ts';
import { healthSettings } from './health-settings.ts';
import { parseCountOrOff, parseInteger } from './integer.ts';
import { parseListener } from './listener.ts';
import { parseLogTarget } from './log-target.ts';
import { operationSettings } from './operation-settings.ts';
import { parsePoolMember } from './pool-name.ts';
import { parseRetryOn } from './retry-on.ts';
import { parseRoute } from './route/rule.ts';
import { handshakeSettings, routingSettings } from './routing-settings.ts';
import { count, flag, one, several, texts } from './setting.ts';
import { parseShare } from './share.ts';
import { parseSizeBetween, parseSizeOrOff } from './size.ts';
import { parseTrusted } from './trust.ts';
import { parseWord } from './word.ts';

const LARGE = 1_000_000;

/** The settings that are flags as well as keys at the top of the file, in the order of the help text. */
export const settings = {
  listen: flag(several(parseListener), {
    short: 'l',
    value: 'ADDR',
    meaning:
      'where to listen: :8080, 127.0.0.1:8080, [::1]:8080, unix:/PATH, or systemd[:NAME] for sockets that the service manager has bound; then ,tls,cert=FILE,key=FILE (several pairs, chosen by name) ,client-ca=FILE ,client-auth=optional ,min-version=1.3 ,proxy-protocol=CIDR',
    repeatable: true,
  }),
  backend: flag(several(parseBackendUrl), {
    short: 'b',
    value: 'URL',
    meaning:
      'adds to the pool default: http://HOST:PORT, fcgi://.., scgi://.., uwsgi://.., each also as SCHEME+unix:///PATH, or with TLS as https://.., fcgis://.., scgis://.., uwsgis://.., or cgi:///PATH, or srv+SCHEME://NAME; then ,weight=N ,max-conns=N ,backup ,name=TEXT ,no-split ,family=4 ,docroot=DIR ,mpxs=N ,send-proxy[=v1], and with TLS ,ca=FILE ,cert=FILE ,key=FILE ,sni=NAME ,insecure',
    repeatable: true,
  }),
  pool: flag(several(parsePoolMember), {
    value: 'NAME=URL',
    meaning: 'adds a backend to the pool NAME',
    repeatable: true,
  }),
  route: flag(several(parseRoute), {
    value: 'RULE',
    meaning:
      "'CONDITIONS -> TARGET; DIRECTIVE; ..', first match wins, what none matches goes to the pool default; conditions: host= path=/PREFIX/* method= header:NAME= cookie:NAME= query:NAME= client=CIDR, != for the opposite, internal, name=NAME; TARGET: POOL, redirect [STATUS] URL, respond STATUS TEXT or return STATUS; directives: docs/reference.md",
    repeatable: true,
  }),
  balance: flag(one(parseBalance), {
    value: 'NAME',
    meaning: 'round-robin, least-conn, random, least-time, fair, first, or hash:KEY',
  }),
  'max-conns': flag(count(parseCountOrOff(LARGE)), {
    value: 'N',
    meaning: 'requests in flight per endpoint; off: no limit; for cgi backends 32 unless it is given',
  }),
  'pool-max-conns': flag(count(parseCountOrOff(LARGE)), {
    value: 'N',
    meaning: 'requests in flight for the whole pool; off: no limit',
  }),
  queue: flag(count(parseInteger(0, LARGE)), {
    value: 'N',
    meaning: 'requests of a pool that may wait; beyond: 503',
  }),
  'queue-timeout': flag(one(parsePositiveDuration), {
    value: 'D',
    meaning: 'how long a request may wait in the queue',
  }),
  'connect-timeout': flag(one(parsePositiveDuration), {
    value: 'D',
    meaning: 'until a connection to a backend stands',
  }),
  'response-timeout': flag(one(parsePositiveDuration), {
    value: 'D',
    meaning: 'until the head of the answer',
  }),
  'idle-timeout': flag(one(parsePositiveDuration), {
    value: 'D',
    meaning: 'between two reads or writes, on either side',
  }),
  'tunnel-timeout': flag(one(parsePositiveDuration), {
    value: 'D',
    meaning: 'after an upgrade, with nothing sent either way',
  }),
  'total-timeout': flag(one(parseDurationOrOff), {
    value: 'D',
    meaning: 'for a whole exchange, or off',
  }),
  retries: flag(count(parseInteger(0, 100)), {
    value: 'N',
    meaning: 'further attempts after the first',
  }),
  'retry-budget': flag(one(parseShare), {
    value: 'P',
    meaning: 'share of the traffic that retries may add',
  }),
  'retry-on': flag(texts(parseRetryOn), {
    value: 'LIST',
    meaning: 'of connect, reused, terminated, junk, timeout, 502, 503, 504',
  }),
  'fail-timeout': flag(one(parsePositiveDuration), {
    value: 'D',
    meaning: 'how long a failing endpoint rests, doubling up to 60s',
  }),
  'max-fails': flag(count(parseInteger(0, LARGE)), {
    value: 'N',
    meaning: 'failures after which an endpoint rests; 0: never',
  }),
  ...healthSettings,
  ...routingSettings,
  keepalive: flag(count(parseInteger(0, LARGE)), {
    value: 'N',
    meaning: 'idle connections kept per endpoint',
  }),
  'keepalive-timeout': flag(one(parsePositiveDuration), {
    value: 'D',
    meaning: 'how long an idle connection to a backend is kept',
  }),
  ...applicationSettings,
  'max-header-size': flag(count(parseSizeBetween('1k', '1m')), {
    value: 'S',
    meaning: 'bytes of a request head; beyond: 431',
  }),
  'max-headers': flag(count(parseInteger(1, 10_000)), {
    value: 'N',
    meaning: 'fields of a request head; beyond: 431',
  }),
  'max-target-size': flag(count(parseSizeBetween('64', '1m')), {
    value: 'S',
    meaning: 'bytes of a request target; beyond: 414',
  }),
  'max-body': flag(count(parseSizeOrOff), {
    value: 'S',
    meaning: 'bytes of a request body; beyond: 413; off: no limit',
  }),
  'client-header-timeout': flag(one(parsePositiveDuration), {
    value: 'D',
    meaning: 'how long a client may take to send a head',
  }),
  'client-idle-timeout': flag(one(parsePositiveDuration), {
    value: 'D',
    meaning: 'how long a client connection may idle between requests',
  }),
  'client-abort': flag(one(parseWord(['never', 'queued', 'always'])), {
    value: 'WHEN',
    meaning:
      'what a client gives up that closes its sending side: never anything, its place in the queue, always its request',
  }),
  'max-connections': flag(count(parseInteger(1, LARGE)), {
    value: 'N',
    meaning: 'client connections per listener',
  }),
  ...handshakeSettings,
  'trust-proxy': flag(several(parseTrusted), {
    value: 'CIDR',
    meaning: "whose X-Forwarded-* and Forwarded fields are believed; nobody's unless it is given",
    repeatable: true,
  }),
  'access-log': flag(one(parseLogTarget), {
    value: 'FILE',
    meaning: 'one line for each exchange: a file, - for standard output, or off',
  }),
  'log-level': flag(one(parseWord(['fatal', 'error', 'warn', 'info', 'debug', 'trace'])), {
    value: 'L',
    meaning: 'least level of messages: fatal, error, warn, info, debug or trace',
  }),
  'log-format': flag(one(parseWord(['json', 'pretty', 'combined'])), {
    value: 'F',
    meaning: 'json, pretty or combined (default: json; pretty on a terminal)',
  }),
  ...operationSettings,
  'shutdown-timeout': flag(one(parseDuration), {
    value: 'D',
    meaning: 'how long a shutdown waits for what is in flight',
  }),
};
