import type { Answer } from './probe-request.ts';

/** An answer as `probe` shows it: head, times, size, the beginning of the body, and what came on the error stream. */
export function describeAnswer(answer: Answer): string {
  const { connect, firstByte, total } = answer;
  const times = `connect ${ms(connect)}, first byte ${ms(firstByte)}, total ${ms(total)}`;
  const fields = answer.fields.map(([name, value]) => `${name}: ${value}`);
  const more = answer.bodyBytes > answer.bodyStart.length ? `, the first ${answer.bodyStart.length} are` : '';
  const size = `body: ${answer.bodyBytes} bytes${more}`;
  const head = [`${answer.status} ${answer.reason}`.trimEnd(), ...fields].map(line => printable(line));
  const body = answer.bodyBytes === 0 ? [] : ['', printable(answer.bodyStart.toString(), true)];
  const errors =
    answer.errors === '' ? [] : ['', 'on its error stream:', printable(answer.errors, true).trimEnd()];
  return `${[...head, '', times, size, ...body, ...errors].join('\n')}\n`;
}

/** Control characters of the backend must not reach the terminal. */
function printable(text: string, lines = false): string {
  const control = lines ? /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g : /[\u0000-\u001f\u007f-\u009f]/g;
  return text.replaceAll('\r\n', lines ? '\n' : '\r\n').replace(control, character => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}

function ms(milliseconds: number): string {
  return `${milliseconds.toFixed(1)} ms`;
}
