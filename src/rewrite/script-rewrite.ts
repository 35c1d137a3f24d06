import type { RewriteConfig } from '../config/config.ts';
import { GatewayError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import { quoted } from '../http1/refusal.ts';
import type { ScriptNames } from '../protocol.ts';
import { parseTemplate, type Template, TemplateError } from './template.ts';

/** A segment that leads elsewhere than its name says, or a byte that no path of a file has a use for. */
const STRAY = /(?:^|\/)\.{1,2}(?:\/|$)|[\x00-\x1f\x7f]/;

/** Where a value was to be and is none. */
const GAP = /\/(?:\/|$)/;

/** What applications are told of the script that they are to run. */
export class ScriptRewrite {
  readonly #docroot: Template;
  readonly #scriptName: Template;
  readonly #pathInfo: Template | undefined;

  /** Throws TemplateError. */
  constructor(config: RewriteConfig) {
    this.#docroot = pathTemplate(config.docroot.replace(/\/+$/, ''), 'docroot');
    this.#scriptName = pathTemplate(config.scriptName, 'script-name');
    this.#pathInfo = config.pathInfo === '' ? undefined : pathTemplate(config.pathInfo, 'path-info');
  }

  /** Throws GatewayError where a value of the request would lead out of what the route names. */
  namesFor(exchange: Exchange): ScriptNames {
    return {
      docroot: rootOf(this.#docroot, exchange),
      scriptName: pathOf(this.#scriptName, exchange, 'script-name'),
      pathInfo: this.#pathInfo === undefined ? undefined : pathOf(this.#pathInfo, exchange, 'path-info'),
    };
  }
}

function pathTemplate(text: string, what: string): Template {
  const template = parseTemplate(text);
  const { beginning } = template;
  if (beginning !== '' && !beginning.startsWith('/'))
    throw new TemplateError(`${what} ${quoted(text)}: it is a path and begins with /`);
  if (template.constant !== undefined && STRAY.test(template.constant))
    throw new TemplateError(`${what} ${quoted(text)}: a segment . or .. may not stand in it`);
  return template;
}

/** A root that lacks a part of its name would be the one of all. */
function rootOf(template: Template, exchange: Exchange): string {
  const root = pathOf(template, exchange, 'docroot');
  if (template.constant !== undefined || !GAP.test(root)) return root;
  throw new GatewayError(
    'http_request_error',
    `docroot would be ${quoted(root)}: the request does not say a part of it`,
  );
}

function pathOf(template: Template, exchange: Exchange, what: string): string {
  const path = template.constant ?? template.expandDecoded(exchange);
  if (path === '') return '';
  if (STRAY.test(path))
    throw new GatewayError(
      'http_request_error',
      `${what} would be ${quoted(path)}: leave out the segments . and ..`,
    );
  return path.startsWith('/') ? path : `/${path}`;
}
