import type { FieldEditsConfig } from '../config/config.ts';
import { GatewayError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import type { FieldLines } from '../fields.ts';
import { CLASS, TEXT } from '../http1/bytes.ts';
import { quoted } from '../http1/refusal.ts';
import { trimmed } from '../http1/trimmed.ts';
import { type FieldEdit, requestFieldFault, responseFieldFault } from './field-names.ts';
import { FieldSet, keyOf, type Side } from './field-set.ts';
import { parseTemplate, type Template, TemplateError } from './template.ts';

/** A field with a value that is made for each request. */
interface NewField {
  readonly name: string;
  readonly value: Template;
}

/** What is removed from the fields of a message, and what is put there. */
export class FieldEdits {
  /** The fields that go: those that are removed, and those that are set. */
  readonly dropped: FieldSet;
  readonly #added: readonly NewField[];
  /** The lines that are put there, if they are the same for every request; undefined: they are not. */
  readonly constant: FieldLines | undefined;
  readonly #limit: number;

  /** `limit`: bytes that the new lines may have together. Throws TemplateError. */
  constructor(config: FieldEditsConfig, side: Side, limit: number) {
    for (const name of config.remove) checkName(name, side, 'remove');
    const set = new Map(
      config.set.map(([name, value]) => [keyOf(name, side), fieldOf(name, value, side, 'set')]),
    );
    this.#added = [...set.values(), ...config.add.map(([name, value]) => fieldOf(name, value, side, 'add'))];
    this.dropped = new FieldSet([...config.remove, ...set.keys()], side);
    this.#limit = limit;
    this.constant = this.#added.every(({ value }) => value.constant !== undefined)
      ? this.#added.map(({ name, value }) => lineOf(name, value.constant!)).join('')
      : undefined;
  }

  /** Whether it changes nothing. */
  get isEmpty(): boolean {
    return this.dropped.isEmpty && this.#added.length === 0;
  }

  /** The lines that are put there; a field whose value comes out empty is left out. Throws GatewayError for what no field may hold. */
  lines(exchange: Exchange): FieldLines {
    if (this.constant !== undefined) return this.constant;
    let lines = '';
    for (const { name, value } of this.#added) lines += lineOf(name, value.expand(exchange));
    if (lines.length <= this.#limit) return lines;
    throw new GatewayError(
      'http_request_error',
      `the fields that the route makes of the request have ${lines.length} bytes, more than a head may have: ${this.#limit}`,
    );
  }
}

function fieldOf(name: string, value: string, side: Side, edit: FieldEdit): NewField {
  checkName(name, side, edit);
  const template = parseTemplate(value);
  if (template.constant !== undefined && !isFieldText(template.constant))
    throw new TemplateError(
      `field ${quoted(name)}: ${quoted(value)} has a control character in it: leave it out`,
    );
  return { name, value: template };
}

function checkName(name: string, side: Side, edit: FieldEdit): void {
  const fault = side === 'request' ? requestFieldFault(name, edit) : responseFieldFault(name);
  if (fault !== undefined) throw new TemplateError(fault);
}

function lineOf(name: string, value: string): FieldLines {
  // Blanks around a value are no part of it (RFC 9110, 5.5).
  const text = trimmed(value, ' \t');
  if (text === '') return '';
  if (isFieldText(text)) return `${name}: ${text}\r\n`;
  throw new GatewayError(
    'http_request_error',
    `field ${quoted(name)} would be ${quoted(text)}: a control character may not go into a field`,
  );
}

function isFieldText(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (((CLASS[text.charCodeAt(i)] ?? 0) & TEXT) === 0) return false;
  return true;
}
