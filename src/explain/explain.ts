import { protocols } from '../../protocols/index.ts';
import { Answers } from '../answers/answers.ts';
import type { Config, RouteConfig } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import { formatConditions } from '../config/format-route.ts';
import { Signer } from '../cookies/signer.ts';
import { GatewayError, toGatewayError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import { SILENT } from '../log/silent.ts';
import { Expansions } from '../pool/expansions.ts';
import { Pool } from '../pool/pool.ts';
import { stick } from '../pool/stickiness.ts';
import { Pools } from '../pools.ts';
import { branchOut } from '../router/branch-out.ts';
import { isOwn } from '../router/own-route.ts';
import { Router } from '../router/router.ts';
import { answerRewritten } from './answer-rewritten.ts';
import { candidatesOf } from './candidates.ts';
import type { Explanation, PassedOver } from './explanation.ts';
import { limitsOf } from './limits.ts';
import { notesOf } from './notes.ts';
import { exchangeOf, type Question } from './question.ts';
import { RecordedAnswer } from './recorded-answer.ts';
import { rewritten } from './rewritten.ts';
import { signerOf } from './signer.ts';

type Mutable = { -readonly [K in keyof Explanation]: Explanation[K] };

/**
 * Says what a gateway with this configuration would do with a request, by its own router, rewrites and balancers, and sends
 * nothing. With `resolve`, names of backends are looked up as at a start. Throws ConfigError where a gateway could not start.
 */
export async function explain(config: Config, question: Question, resolve: boolean): Promise<Explanation> {
  const model = new Model(config);
  await model.join(resolve);
  try {
    return model.explain(question);
  } finally {
    model.close();
  }
}

/** What of a gateway decides, without what listens and sends. */
class Model {
  readonly #config: Config;
  readonly #pools: Pools;
  readonly #answers: Answers;
  readonly #router: Router;
  readonly #expansions: Expansions;

  constructor(config: Config) {
    this.#config = config;
    this.#expansions = new Expansions(config.resolver, SILENT);
    this.#pools = new Pools(config.pools, {
      make: pool => new Pool(pool, protocolOf, SILENT),
      changed() {},
      finished() {},
    });
    this.#answers = new Answers(config);
    if (this.#answers.mistakes.length > 0) throw new ConfigError(this.#answers.mistakes);
    this.#router = new Router(config.routes, this.#pools.byName, undefined, config);
    this.#lead();
  }

  /** As a gateway does, but that nothing is left to chance: what chance would lead elsewhere stays where it is. */
  #lead(): void {
    const signer = signerOf(this.#config) ?? Signer.forThisRun();
    const pools = this.#pools.byName;
    for (const pool of pools.values()) stick(pool, signer, SILENT);
    branchOut(this.#router.all, this.#config.routes, {
      pools,
      random: () => 1 - Number.EPSILON,
      signer,
    });
  }

  /** Gives pools the endpoints that stand for names: what they resolve to, or else one for each. */
  async join(resolve: boolean): Promise<void> {
    for (const pool of this.#pools.byName.values()) {
      if (resolve) this.#expansions.add(pool);
      else for (const backend of pool.config.backends) if (backend.expand !== 'no') pool.join(backend);
    }
    if (resolve) await this.#expansions.start();
  }

  close(): void {
    this.#expansions.close();
    for (const pool of this.#pools.all) pool.close('it is explained');
  }

  explain(question: Question): Explanation {
    const explanation: Mutable = { ...NOTHING };
    const answer = new RecordedAnswer();
    try {
      const exchange = exchangeOf(question, this.#config, answer);
      explanation.request = requestOf(exchange);
      this.#follow(exchange, answer, explanation);
    } catch (thrown) {
      const error = toGatewayError(thrown);
      if (error.kind === 'internal_error') throw thrown;
      answer.refuse(error);
      explanation.answer = answer.explained(error.message);
    }
    return explanation;
  }

  /** The way of an exchange from its head to its pool. */
  #follow(exchange: Exchange, answer: RecordedAnswer, explanation: Mutable): void {
    const { https } = this.#answers;
    exchange.pages = this.#answers.general;
    if (https !== null && !exchange.secure) {
      https.answer(exchange);
      explanation.answer = answer.explained('requests without TLS are redirected to https');
      return;
    }
    this.#readPath(exchange, explanation);
    const found = this.#router.route(exchange);
    if (found === undefined)
      throw new GatewayError('no_route', 'no route matches, and there is no pool default');
    const config = this.#config.routes.find(({ name }) => name === found.name);
    explanation.route = found.name;
    explanation.matches = config === undefined ? '' : formatConditions(config);
    explanation.captures = exchange.captures;
    exchange.routeName = found.name;
    exchange.pages = this.#answers.pagesOf(found.name);
    if (isOwn(found)) {
      found.answer(exchange);
      explanation.answer = answer.explained('');
      return;
    }
    const route = found.choose(exchange);
    explanation.pool = route.pool.name;
    explanation.notes = notesOf(config, route.pool.config, this.#config, exchange);
    explanation.rewrite = rewritten(exchange, found.editor);
    explanation.answerRewrite = answerRewritten(exchange, config?.rewrite);
    explanation.limits = limitsOf(route.pool.config, this.#config);
    explanation.candidates = candidatesOf(route.pool, exchange);
  }

  /** What can be said even of a path that is refused. */
  #readPath(exchange: Exchange, explanation: Mutable): void {
    const { decision } = this.#router;
    const host = decision.hostOf(exchange);
    const readings = decision.readingsOf(exchange);
    if (readings.length > 1) explanation.readings = readings;
    explanation.passedOver = this.#passedOver(exchange, host, readings[0]!);
  }

  #passedOver(exchange: Exchange, host: string, path: string): PassedOver[] {
    const passedOver: PassedOver[] = [];
    for (const [i, config] of this.#config.routes.entries()) {
      const { conditions } = this.#router.decision.rules[i]!;
      const failed = conditions.findIndex(condition => !condition.holds(exchange, host, path));
      if (failed === -1) break;
      passedOver.push({ route: config.name, because: conditionWords(config, failed), held: failed });
    }
    return passedOver;
  }
}

const NOTHING: Explanation = {
  request: null,
  readings: [],
  passedOver: [],
  route: null,
  matches: '',
  captures: [],
  rewrite: null,
  answerRewrite: null,
  notes: [],
  pool: null,
  candidates: [],
  limits: null,
  answer: null,
};

const INTERNAL = 'what a backend has sent on';

function conditionWords({ conditions }: RouteConfig, place: number): string {
  const condition = conditions[place];
  return condition === undefined ? INTERNAL : formatConditions({ conditions: [condition], internal: false });
}

function requestOf({ method, host, target, client, secure }: Exchange): Explanation['request'] {
  return { method, host, target, client, secure };
}

function protocolOf(scheme: string) {
  const protocol = protocols.find(({ schemes }) => schemes.includes(scheme));
  if (protocol === undefined) throw new Error(`no protocol speaks ${scheme}://`);
  return protocol;
}
