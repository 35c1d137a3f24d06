import { METHODS } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import { allowedTrailers } from '../../src/http1/trailers.ts';
import { CHUNKED_BODIES, CHUNKED_HEAD, REQUESTS, RESPONSES } from './corpus.ts';
import { mutant } from './mutate.ts';
import { type NodeOutcome, nodeRequests, nodeResponses } from './node-reader.ts';
import { cut, type Outcome, play, type Reader, single } from './outcome.ts';
import { Prng } from './prng.ts';
import { RequestReader, ResponseReader } from './reader.ts';
import { isStricterOnPurpose } from './stricter.ts';

const SPLITS = 4;
const MOST_CUTS = 5;

/** Bytes to read and how: as requests, or as the answers to a method. */
export interface Case {
  readonly bytes: Buffer;
  readonly method: string | undefined;
}

/** What came of a case: complete messages, and what is wrong, if anything is. */
export interface Verdict {
  readonly accepted: number;
  readonly problem: string | undefined;
}

/** The case that belongs to a number. */
export function caseOf(seed: number): { readonly drawn: Case; readonly random: Prng } {
  const random = new Prng(seed);
  const kind = random.below(4);
  if (kind === 0) {
    const body = mutant(random, CHUNKED_BODIES).toString('latin1');
    return { drawn: { bytes: Buffer.from(CHUNKED_HEAD + body, 'latin1'), method: undefined }, random };
  }
  if (kind === 1) {
    return {
      drawn: { bytes: mutant(random, RESPONSES), method: random.pick(['GET', 'GET', 'HEAD']) },
      random,
    };
  }
  return { drawn: { bytes: mutant(random, REQUESTS), method: undefined }, random };
}

/**
 * Reads a case in several splits and with Node's parser. The outcome may not depend on the split, nothing but a
 * GatewayError may be thrown, and Node must read what was accepted in the same way.
 */
export async function check(drawn: Case, random: Prng): Promise<Verdict> {
  let accepted = 0;
  try {
    const whole = play(reader(drawn), [drawn.bytes]);
    accepted = whole.messages.length;
    const problem = splitProblem(drawn, whole, random) ?? (await nodeProblem(drawn, whole));
    return { accepted, problem };
  } catch (thrown) {
    return { accepted, problem: `threw ${thrown instanceof Error ? thrown.stack : thrown}` };
  }
}

function reader(drawn: Case): Reader {
  return drawn.method === undefined ? new RequestReader() : new ResponseReader(drawn.method);
}

function splitProblem(drawn: Case, whole: Outcome, random: Prng): string | undefined {
  const { bytes } = drawn;
  const splits = [single(bytes)];
  for (let i = 0; i < SPLITS; i++) splits.push(cut(bytes, positions(bytes.length, random)));
  for (const pieces of splits) {
    const outcome = play(reader(drawn), pieces);
    if (isDeepStrictEqual(outcome, whole)) continue;
    const lengths = pieces.map(piece => piece.length).join(' ');
    return `depends on the split\nwhole: ${show(whole)}\nin pieces of ${lengths}: ${show(outcome)}`;
  }
  return undefined;
}

function positions(length: number, random: Prng): number[] {
  const cuts = Array.from({ length: 1 + random.below(MOST_CUTS) }, () => random.below(length + 1));
  return cuts.sort((a, b) => a - b);
}

async function nodeProblem(drawn: Case, whole: Outcome): Promise<string | undefined> {
  const { messages, accepted } = whole;
  if (messages.length === 0) return undefined;
  if (drawn.method === undefined && !messages.every(message => isNodeMethod(message.start[0])))
    return undefined;
  const bytes = drawn.bytes.subarray(0, accepted);
  const node =
    drawn.method === undefined
      ? await nodeRequests(bytes, messages.length)
      : await nodeResponses(bytes, drawn.method, messages.length, Number(messages.at(-1)!.start[0]) >= 200);
  if (isSame(whole, node) || isStricterOnPurpose(bytes, whole, node)) return undefined;
  return `Node reads it in another way\nours: ${show(whole)}\nNode: ${show(node)}`;
}

/** CONNECT makes a tunnel in Node, and a method that it does not know is an error (RFC 9110, 9.1 lets it be one). */
function isNodeMethod(method: string | number | undefined): boolean {
  return method !== 'CONNECT' && METHODS.includes(String(method));
}

function isSame(whole: Outcome, node: NodeOutcome): boolean {
  const messages = node.messages.map(message => ({
    ...message,
    trailers: allowedTrailers(message.trailers),
  }));
  return node.error === '' && isDeepStrictEqual(whole.messages, messages);
}

function show(outcome: Outcome | NodeOutcome): string {
  return JSON.stringify(outcome);
}
