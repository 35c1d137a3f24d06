import { parseTemplate, TemplateError } from '../../rewrite/template.ts';
import { expected, Misread } from '../misread.ts';

/** A template as it was written; `groups`: how many groups there are to name; `lines`: whether it may have line ends. Throws Misread. */
export function checkTemplate(text: string, groups: number, lines = false): string {
  try {
    parseTemplate(text, groups, lines);
    return text;
  } catch (error) {
    throw error instanceof TemplateError ? new Misread(error.message) : error;
  }
}

/** The reader of a template that is not empty; how many groups there are is looked at when its route is known. It throws Misread. */
export function templateText(what: string, lines = false): (value: unknown) => string {
  return value => {
    const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
    if (typeof text !== 'string' || text === '') throw expected(what, value);
    return checkTemplate(text, 9, lines);
  };
}
