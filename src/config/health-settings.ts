import { parseBreaker } from './breaker.ts';
import { parseCheck, parseCheckBody, parseCheckHost } from './check-request.ts';
import { parseDurationOrOff, parsePositiveDuration } from './duration.ts';
import { parseInteger } from './integer.ts';
import { count, flag, one } from './setting.ts';
import { parseStatuses } from './statuses.ts';
import { parseWord } from './word.ts';

const IN_A_ROW = 100;
const WORD = { type: ['string', 'integer'] };
const WORDS_OR_NUMBERS = { anyOf: [WORD, { type: 'array', items: WORD }] };

/** Settings of how endpoints are judged besides by the failures of their traffic. */
export const healthSettings = {
  'all-down': flag(one(parseWord(['last-resort', 'fail'])), {
    value: 'WHAT',
    meaning: 'while no endpoint is up: last-resort asks the one that is back first, fail answers 503 at once',
  }),
  'slow-start': flag(one(parseDurationOrOff), {
    value: 'D',
    meaning: 'how long an endpoint that joins or comes back takes to get its whole share; off: at once',
  }),
  check: flag(one(parseCheck), {
    value: 'PATH',
    meaning:
      'what endpoints are asked at intervals, in their own protocol: a path; connect: no more than a connection; off',
  }),
  'check-method': flag(one(parseWord(['GET', 'HEAD', 'OPTIONS'])), {
    value: 'NAME',
    meaning: 'method of a check: GET, HEAD or OPTIONS',
  }),
  'check-host': flag(one(parseCheckHost), {
    value: 'NAME',
    meaning: "Host of a check; the backend's own unless it is given",
  }),
  'check-status': flag(one(parseStatuses, WORDS_OR_NUMBERS), {
    value: 'LIST',
    meaning: 'statuses of a check that is passed, such as 200, 2xx, 200-399 or 200,204',
  }),
  'check-body': flag(count(parseCheckBody), {
    value: 'TEXT',
    meaning: 'what the body of a check that is passed contains',
  }),
  'check-interval': flag(one(parsePositiveDuration), {
    value: 'D',
    meaning: 'between two checks of an endpoint',
  }),
  'check-timeout': flag(one(parsePositiveDuration), {
    value: 'D',
    meaning: 'how long a check may take',
  }),
  'check-rise': flag(count(parseInteger(1, IN_A_ROW)), {
    value: 'N',
    meaning: 'checks passed in a row that bring an endpoint up',
  }),
  'check-fall': flag(count(parseInteger(1, IN_A_ROW)), {
    value: 'N',
    meaning: 'checks failed in a row that take an endpoint down',
  }),
  breaker: flag(one(parseBreaker), {
    value: 'SHARE',
    meaning:
      'share of errors at which a whole pool fails at once, such as 50%, then ,latency=D (median time to the answer) ,window=10s ,min=20 (answers in it) ,rest=5s; off: never',
  }),
};
