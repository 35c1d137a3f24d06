import type { GatewayError } from '../errors.ts';
import type { Answer } from '../exchange.ts';
import type { FieldLines } from '../fields.ts';
import type { ExplainedAnswer } from './explanation.ts';

/** Takes down what the gateway answers, instead of sending it. */
export class RecordedAnswer implements Answer {
  readonly taken = true;
  #status = 0;
  #fields: FieldLines = '';
  #body = '';

  interim(): void {}

  head(status: number, _reason: string, fields: FieldLines): void {
    this.#status = status;
    this.#fields = fields;
  }

  data(chunk: Buffer): boolean {
    this.#body += chunk.toString('latin1');
    return true;
  }

  end(): void {}

  halfClose(): void {}

  flush(): void {}

  refuse(error: GatewayError): void {
    this.#status = error.row.status;
  }

  cut(): void {}

  /** What was answered; `reason`: why, where that is no route's wish. */
  explained(reason: string): ExplainedAnswer {
    return { status: this.#status, fields: linesOf(this.#fields), body: this.#body, reason };
  }
}

/** Fields one by one, as they are written. */
export function linesOf(fields: FieldLines): string[] {
  return fields.split('\r\n').filter(line => line !== '');
}
