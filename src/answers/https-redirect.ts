import { GatewayError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import { quoted } from '../http1/refusal.ts';
import { answerInOwnWords } from './answer-in-own-words.ts';
import { validLocation } from './location.ts';

/** The port that an https URL without one means. */
const HTTPS = 443;

/** A host as URLs have it, and the port behind it: names and addresses alone, and none of what a Host field may hold besides. */
const NAME = /^([a-z0-9](?:[a-z0-9._-]*)|\[[0-9a-f:.]+\])(?::\d*)?$/i;

/** Sends clients that came without TLS to the same URL by https. */
export class HttpsRedirect {
  readonly #port: string;

  /** `port`: where TLS is spoken, as clients see it. */
  constructor(port: number) {
    this.#port = port === HTTPS ? '' : `:${port}`;
  }

  /** Answers 308, so that a method stays what it is; throws http_request_error where no host says where to go. */
  answer(exchange: Exchange): void {
    const { target } = exchange;
    const host = exchange.publicHost || exchange.host;
    const [, name] = NAME.exec(host) ?? [];
    if (name === undefined) {
      const what = host === '' ? 'there is no Host' : `Host ${quoted(host)} is no name and no address`;
      throw new GatewayError('http_request_error', `cannot be redirected to https: ${what}`);
    }
    const path = target.startsWith('/') ? target : '/';
    const location = validLocation(`https://${name}${this.#port}${path}`);
    answerInOwnWords(exchange, 308, `Location: ${location}\r\n`);
  }
}
