import { toByteText } from '../config/byte-text.ts';
import type { Config, LimitsConfig, RewriteConfig } from '../config/config.ts';
import { GatewayError } from '../errors.ts';
import type { AnswerEditor, Exchange, RequestEditor } from '../exchange.ts';
import { type FieldLines, firstValue } from '../fields.ts';
import { isAuthority } from '../http1/host.ts';
import { quoted } from '../http1/refusal.ts';
import { AnswerRewrite } from './answer-rewrite.ts';
import { FieldEdits } from './field-edits.ts';
import { FieldSet } from './field-set.ts';
import { Reversal } from './reversal.ts';
import { ScriptRewrite } from './script-rewrite.ts';
import { type NewTarget, TargetRewrite } from './target-rewrite.ts';
import { parseTemplate, type Template, TemplateError } from './template.ts';

/** What of a configuration holds for the rewrites of all its routes. */
export interface RewriteTerms {
  readonly limits: Pick<LimitsConfig, 'targetBytes' | 'headBytes'>;
  readonly forwarded: Config['forwarded'];
}

/** The terms of a configuration that does not speak of them. */
export const USUAL_TERMS: RewriteTerms = { limits: { targetBytes: 8192, headBytes: 32_768 }, forwarded: 'x' };

const PREFIX_FIELD = new FieldSet(['x-forwarded-prefix'], 'request');

/** The rewrite of a route, compiled; null: it changes nothing. Throws TemplateError for what `rewriteMistakes` would name. */
export function rewriteOf(config: RewriteConfig | undefined, terms: RewriteTerms): Rewrite | null {
  return config === undefined ? null : new Rewrite(config, terms);
}

/**
 * What one route changes: in a request when it takes the route, and then in whatever is answered. All values are of the
 * request as it came to the route, so that their order does not matter, and all are made before anything is changed.
 */
export class Rewrite implements RequestEditor {
  readonly #target: TargetRewrite | null;
  readonly #host: Template | null;
  readonly #script: ScriptRewrite | null;
  readonly #request: FieldEdits;
  readonly #response: FieldEdits;
  readonly #reversal: Reversal;
  readonly #tellsPrefix: boolean;
  /** The editor of answers that are all changed alike; null: there is none. */
  readonly #alike: AnswerEditor | null;

  constructor(config: RewriteConfig, { limits, forwarded }: RewriteTerms) {
    this.#target = changesTarget(config) ? new TargetRewrite(config, limits.targetBytes) : null;
    this.#host = config.host === '' ? null : hostTemplate(config.host);
    this.#script =
      config.docroot + config.scriptName + config.pathInfo === '' ? null : new ScriptRewrite(config);
    this.#request = new FieldEdits(config.request, 'request', limits.headBytes);
    this.#response = new FieldEdits(config.response, 'response', limits.headBytes);
    this.#reversal = new Reversal(config);
    this.#tellsPrefix = forwarded === 'x' || forwarded === 'both';
    const { constant, isEmpty } = this.#response;
    this.#alike =
      constant === undefined || isEmpty
        ? null
        : new AnswerRewrite(this.#response, constant, this.#reversal, null);
  }

  apply(exchange: Exchange): void {
    const moved = this.#target === null ? undefined : this.#target.apply(exchange);
    const host = this.#host === null ? exchange.host : hostFrom(this.#host, exchange);
    const names = this.#script === null ? null : this.#script.namesFor(exchange);
    const fields = this.#fieldsFor(exchange, moved);
    const editor = this.#editorFor(exchange, host, moved);
    exchange.keepRequest();
    if (moved !== undefined) exchange.target = moved.target;
    exchange.host = host;
    exchange.scriptNames = names;
    exchange.fields = fields;
    exchange.editor = editor;
  }

  #fieldsFor(exchange: Exchange, moved: NewTarget | undefined): FieldLines {
    const lines = this.#request.lines(exchange);
    const told = this.#tellsPrefix ? withPrefix(exchange.fields, strippedPrefix(moved)) : exchange.fields;
    return this.#request.dropped.without(told) + lines;
  }

  /** Null: the answer is not to be changed. */
  #editorFor(exchange: Exchange, host: string, moved: NewTarget | undefined): AnswerEditor | null {
    if (this.#reversal.isIdle) {
      if (this.#response.isEmpty || this.#alike !== null) return this.#alike;
      return new AnswerRewrite(this.#response, this.#response.lines(exchange), this.#reversal, null);
    }
    const passed = { asked: exchange.host, sent: host, beginning: moved?.beginning };
    return new AnswerRewrite(this.#response, this.#response.lines(exchange), this.#reversal, passed);
  }
}

function changesTarget({ path, query, queryPatterns }: RewriteConfig): boolean {
  return path.length + queryPatterns.length !== 0 || query !== undefined;
}

function hostTemplate(text: string): Template {
  const template = parseTemplate(text);
  if (template.constant !== undefined && !isAuthority(toByteText(template.constant)))
    throw new TemplateError(
      `host ${quoted(text)}: it is a name or an address, and perhaps a colon and a port`,
    );
  return template;
}

function hostFrom(template: Template, exchange: Exchange): string {
  if (template.constant !== undefined) return template.constant;
  const host = template.expand(exchange);
  if (isAuthority(host)) return host;
  throw new GatewayError(
    'http_request_error',
    `the route makes the Host ${quoted(host)}, which is no host[:port]`,
  );
}

/** The part of the path that the backend does not see, below which all that the client sees of it stands; empty: none. */
function strippedPrefix(moved: NewTarget | undefined): string {
  if (moved?.beginning === undefined) return '';
  const { from, to } = moved.beginning;
  return from.endsWith(to) ? from.slice(0, from.length - to.length) : '';
}

/** Tells of a prefix that was taken off, below the one that a trusted proxy has taken off. */
function withPrefix(fields: FieldLines, prefix: string): FieldLines {
  if (prefix === '') return fields;
  const outer = firstValue(fields, 'x-forwarded-prefix');
  if (outer === undefined) return `${fields}X-Forwarded-Prefix: ${prefix}\r\n`;
  const above = outer.endsWith('/') ? outer.slice(0, -1) : outer;
  return `${PREFIX_FIELD.without(fields)}X-Forwarded-Prefix: ${above}${prefix}\r\n`;
}
