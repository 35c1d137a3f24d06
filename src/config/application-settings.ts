import { parseDirectory } from './absolute-path.ts';
import { parseBuffer } from './buffer.ts';
import { parseDirectoryOrOff, parseScript } from './directory-setting.ts';
import { parseIndex, parseSuffixes, parseTry } from './file-names.ts';
import { parseMount } from './mount.ts';
import { flag, one, several, texts } from './setting.ts';
import { parseSizeOrOff } from './size.ts';
import { parseSpawn } from './spawn.ts';
import { parseVariable } from './variable.ts';
import { parseWord } from './word.ts';

/** Settings of sites, of applications of the CGI family, and of the bodies that are taken in on their behalf. */
export const applicationSettings = {
  root: flag(one(parseDirectoryOrOff), {
    value: 'DIR',
    meaning: 'document root: its files are served, its scripts are run by the backends',
  }),
  index: flag(texts(parseIndex), {
    value: 'FILES',
    meaning:
      'with --root: what stands for a directory; off: nothing (default: index.php,index.html for fcgi and cgi backends, else index.html)',
  }),
  try: flag(texts(parseTry), {
    value: 'FILES',
    meaning:
      'with --root: what is looked for, in order (default: {path},{path}/,/INDEX-SCRIPT; without an index that is a script, =404 at its place for fcgi and cgi backends, all others are asked)',
  }),
  script: flag(one(parseScript), {
    value: 'FILE',
    meaning: 'the script below --root that gets every request; an absolute path needs no --root',
  }),
  'script-suffix': flag(texts(parseSuffixes), {
    value: 'LIST',
    meaning: 'what the names of scripts end in',
  }),
  symlinks: flag(one(parseWord(['yes', 'no', 'same-owner'])), {
    value: 'WHEN',
    meaning: 'whether symbolic links to files and scripts are followed: yes, no or same-owner',
  }),
  mount: flag(one(parseMount), {
    value: 'PATH',
    meaning: 'the front part of the path that stands for the application (SCRIPT_NAME)',
  }),
  variable: flag(several(parseVariable), {
    value: 'NAME=VALUE',
    meaning: 'what applications (fcgi, scgi, uwsgi, cgi) are given beside what the request says',
    repeatable: true,
  }),
  authorization: flag(one(parseWord(['auto', 'yes', 'no'])), {
    value: 'WHEN',
    meaning: 'whether applications see the Authorization field; auto: all but cgi',
  }),
  spawn: flag(several(parseSpawn), {
    value: 'POOL=COMMAND',
    meaning:
      "starts the application of a pool: 'POOL=[PROTOCOL:]COMMAND ARGS', PROTOCOL fcgi, scgi, uwsgi or http; {socket} or {port} in it: where to listen; a process gets one request at a time, one of http 32",
    repeatable: true,
  }),
  'request-buffer': flag(one(parseBuffer(1_048_576)), {
    value: 'WHEN',
    meaning: 'take uploads in before a backend is asked: auto (pools with a limit), on or off, then ,SIZE',
  }),
  'response-buffer': flag(one(parseBuffer(262_144)), {
    value: 'WHEN',
    meaning: 'read answers ahead of slow clients: auto (pools with a limit), on or off, then ,SIZE',
  }),
  'spool-dir': flag(one(parseDirectory), {
    value: 'DIR',
    meaning: "where bodies lie that are too long for memory (default: the system's for temporary files)",
  }),
  'max-spool': flag(one(parseSizeOrOff, { type: ['string', 'integer'] }), {
    value: 'S',
    meaning: 'bytes of all such bodies together; beyond: 503; off: no limit',
  }),
  'sendfile-root': flag(one(parseDirectoryOrOff), {
    value: 'DIR',
    meaning: 'where files lie that a backend may have sent by X-Sendfile or X-Accel-Redirect',
  }),
};
