/** What would become of a request, plain and fit for JSON. Texts from the request are bytes as latin1. */
export interface Explanation {
  /** The request as the gateway takes it; null: it cannot be read. */
  readonly request: ExplainedRequest | null;
  /** All that its path may be taken for, where that is more than one text. */
  readonly readings: readonly string[];
  /** The routes before the one that matches, and the first condition of each that does not hold. */
  readonly passedOver: readonly PassedOver[];
  /** The name of the route; empty: none matches, and the pool `default` or the only pool has it; null: it comes to none. */
  readonly route: string | null;
  /** What the route asks for, in words. */
  readonly matches: string;
  /** What its regular expressions captured, the whole first. */
  readonly captures: readonly string[];
  /** What the route changes in the request; null: nothing. */
  readonly rewrite: ExplainedRewrite | null;
  /** What it changes in the answer of a backend; null: nothing. */
  readonly answerRewrite: ExplainedAnswerRewrite | null;
  /** What is decided by chance or by what came before, in words. */
  readonly notes: readonly string[];
  /** The pool that has it; null: none, the gateway answers itself. */
  readonly pool: string | null;
  readonly candidates: readonly Candidate[];
  /** What it is bound by at the pool; null: it comes to none. */
  readonly limits: ExplainedLimits | null;
  /** What the gateway answers itself; null: a backend answers. */
  readonly answer: ExplainedAnswer | null;
}

export interface ExplainedRequest {
  readonly method: string;
  readonly host: string;
  readonly target: string;
  readonly client: string;
  readonly secure: boolean;
}

export interface PassedOver {
  readonly route: string;
  /** What it is for, and the request is not, in words. */
  readonly because: string;
  /** How many of its conditions, which stand before that one, hold. */
  readonly held: number;
}

export interface ExplainedRewrite {
  /** What it was and what it is; null: as it was. */
  readonly method: Change | null;
  readonly target: Change | null;
  readonly host: Change | null;
  /** Fields as lines without their ends. */
  readonly removed: readonly string[];
  readonly added: readonly string[];
  /** Variables of the CGI family that the route names, as `NAME=value`. */
  readonly variables: readonly string[];
}

export interface ExplainedAnswerRewrite {
  /** The names of fields that are taken out, those that are set again included. */
  readonly removed: readonly string[];
  /** Fields as lines without their ends. */
  readonly added: readonly string[];
  /** Beginnings of URLs and paths in Location, Content-Location and Refresh, and what takes their place. */
  readonly urls: readonly Change[];
  /** Attributes in Set-Cookie, and what takes their place. */
  readonly cookieDomains: readonly Change[];
  readonly cookiePaths: readonly Change[];
  /** Fields that a backend might send to this request, and what the client gets for them. */
  readonly examples: readonly Change[];
}

export type Change = readonly [before: string, after: string];

/** An endpoint that may get the request. */
export interface Candidate {
  readonly name: string;
  /** The URL of its backend. */
  readonly backend: string;
  /** Where it is; a name stands for what it resolves to at the time. */
  readonly address: string;
  /** Whether it is used only while nothing is up that comes before it in the order of tiers. */
  readonly reserve: boolean;
}

export interface ExplainedAnswer {
  readonly status: number;
  /** As lines without their ends. */
  readonly fields: readonly string[];
  readonly body: string;
  /** What the log would say; empty: it is what the route asks for. */
  readonly reason: string;
}

/** Null: no limit. An endpoint may have one of its own in place of the pool's. Times in milliseconds. */
export interface ExplainedLimits {
  readonly headBytes: number;
  readonly bodyBytes: number | null;
  /** Requests. */
  readonly inFlight: number | null;
  readonly inFlightPerEndpoint: number | null;
  readonly waiting: number;
  /** Attempts after the first. */
  readonly retries: number;
  readonly timeouts: {
    readonly queue: number;
    readonly connect: number;
    readonly response: number;
    readonly idle: number;
    readonly tunnel: number;
    readonly total: number | null;
  };
}
