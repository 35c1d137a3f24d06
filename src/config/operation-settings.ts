import { parseAdmin } from './admin-address.ts';
import { parsePositiveDuration } from './duration.ts';
import { parseFileName } from './file-name.ts';
import { parseHoldFile } from './hold-file.ts';
import { parsePathPattern } from './match.ts';
import { parseMaxTtl, parseResolver, parseStale } from './resolver-address.ts';
import { flag, one, several } from './setting.ts';

/** Settings of what changes while the gateway runs: names, holds, and commands. */
export const operationSettings = {
  resolver: flag(several(parseResolver), {
    value: 'ADDR',
    meaning:
      "a DNS server to ask for the names of backends, port 53 unless it is given; the system's if there is none",
    repeatable: true,
  }),
  'dns-stale': flag(one(parseStale), {
    value: 'D',
    meaning: 'how long the last good answer is used while there is none; off: not at all, or forever',
  }),
  'dns-max-ttl': flag(one(parseMaxTtl), {
    value: 'D',
    meaning: 'the longest time that an answer is believed; the shortest is 1s',
  }),
  'dns-timeout': flag(one(parsePositiveDuration), {
    value: 'D',
    meaning: 'for one lookup, over all servers and tries',
  }),
  'hold-file': flag(one(parseHoldFile), {
    value: 'FILE',
    meaning: 'while this file exists, requests are held: they wait in the queue; off: none',
  }),
  'hold-bypass': flag(several(parsePathPattern), {
    value: 'PATH',
    meaning: 'a path that is served while requests are held: exact, or a prefix that ends in /*',
    repeatable: true,
  }),
  admin: flag(one(parseAdmin), {
    value: 'ADDR',
    meaning:
      'where commands for the running gateway are taken: unix:/PATH, 127.0.0.1:PORT ,host=NAME, another address with ,remote, or off (default: sluice.sock in XDG_RUNTIME_DIR or else in /run, where it can be made)',
  }),
  'admin-token-file': flag(one(parseFileName), {
    value: 'FILE',
    meaning: 'the file with the token that commands by TCP have to show',
  }),
};
