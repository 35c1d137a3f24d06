import { expected, Misread } from '../misread.ts';
import { parseFieldName, type Side } from './field-name.ts';
import type { EditWords, Pairs } from './route-words.ts';
import { checkTemplate } from './template-text.ts';

const FORM = 'NAME: VALUE, such as X-Tenant: blue';

/** A field as a rule sets or adds it, its value a template. Throws Misread. */
export function parseFieldLine(side: Side, verb: 'set' | 'add', text: string): readonly [string, string] {
  const [, name, value] = /^([^:\s]+):\s*(.*)$/s.exec(text) ?? [];
  if (name === undefined) throw expected(FORM, text);
  return fieldOf(side, verb, name, value!);
}

function fieldOf(side: Side, verb: 'set' | 'add', name: string, value: string): readonly [string, string] {
  parseFieldName(side, verb, name);
  if (value === '') throw new Misread(`${name} has no value: give it one, or write remove ${name}`);
  return [name, checkTemplate(value, 9)];
}

/** The reader of fields as the file sets or adds them: a mapping from names to values, or to lists of values; it throws Misread. */
export function parseFields(side: Side, verb: 'set' | 'add'): (value: unknown) => Pairs {
  return value => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw expected('a mapping from names of fields to values, such as { X-Tenant: blue }', value);
    }
    return Object.entries(value).flatMap(([name, given]) => {
      const values: readonly unknown[] = Array.isArray(given) && verb === 'add' ? given : [given];
      return values.map(one => {
        if (typeof one === 'object' && one !== null) throw expected(`a text for the field ${name}`, one);
        return fieldOf(side, verb, name, String(one ?? ''));
      });
    });
  };
}

/** The reader of names of fields that are removed: one, or a list; it throws Misread. */
export function parseRemoved(side: Side): (value: unknown) => readonly string[] {
  return value => {
    const names: readonly unknown[] = Array.isArray(value) ? value : [value];
    return names.map(name => parseFieldName(side, 'remove', name));
  };
}

/** What is wrong with how edits fit together: a name that is set or removed twice, or set and removed; undefined: nothing. */
export function clashIn({ set = [], remove = [] }: EditWords): string | undefined {
  const lower = (name: string): string => name.toLowerCase();
  const twice = (names: readonly string[]): string | undefined =>
    names.find((name, i) => names.slice(0, i).some(other => lower(other) === lower(name)));
  const names = set.map(([name]) => name);
  const again = twice(names);
  if (again !== undefined) return `${again} is set twice`;
  const gone = twice(remove);
  if (gone !== undefined) return `${gone} is removed twice`;
  const has = (list: readonly string[], name: string): boolean =>
    list.some(other => lower(other) === lower(name));
  const both = names.find(name => has(remove, name));
  if (both !== undefined)
    return `${both} is set and removed: leave the removal out, what is set takes its place`;
  return undefined;
}
