import { requestFieldFault, responseFieldFault } from '../../rewrite/field-names.ts';
import { expected, Misread } from '../misread.ts';

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Which message a field is of. */
export type Side = 'request' | 'response';

/** The name of a field that may be changed in this way; throws Misread. */
export function parseFieldName(side: Side, verb: 'set' | 'add' | 'remove', value: unknown): string {
  if (typeof value !== 'string' || !TOKEN.test(value)) {
    throw expected('the name of a field, such as X-Tenant', typeof value === 'string' ? value.trim() : value);
  }
  const fault = side === 'request' ? requestFieldFault(value, verb) : responseFieldFault(value);
  if (fault !== undefined) throw new Misread(fault);
  return value;
}

/** The name of a request field that says which way a request goes; throws Misread. */
export function parseDecidingField(value: unknown): string {
  if (typeof value === 'string' && TOKEN.test(value)) return value.toLowerCase();
  throw expected('the name of a field, such as X-Canary', value);
}
