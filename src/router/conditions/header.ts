import type { Exchange } from '../../exchange.ts';
import type { FieldLines } from '../../fields.ts';
import type { Condition } from './condition.ts';
import type { Values } from './values.ts';

/**
 * The values of a request field, of which one has to be among those listed. `Host` and `Upgrade` are there as the gateway
 * took them; other fields that are for one hop alone never are.
 */
export class HeaderCondition implements Condition {
  private readonly name: string;
  private readonly values: Values;

  constructor(name: string, values: Values) {
    this.name = name.toLowerCase();
    this.values = values;
  }

  holds({ host, upgrade, fields }: Exchange): boolean {
    if (this.name === 'host') return host !== '' && this.values.has(host);
    if (this.name === 'upgrade') return upgrade !== undefined && this.values.has(upgrade);
    return hasValue(fields, this.name, this.values);
  }
}

/** Whether one of the fields of that name, given in lower case, has one of the values. */
function hasValue(lines: FieldLines, lowerName: string, values: Values): boolean {
  for (let at = 0; at < lines.length; ) {
    const colon = lines.indexOf(':', at);
    const end = lines.indexOf('\r\n', colon);
    if (colon - at === lowerName.length && lines.slice(at, colon).toLowerCase() === lowerName) {
      if (values.has(lines.slice(colon + 2, end))) return true;
    }
    at = end + 2;
  }
  return false;
}
