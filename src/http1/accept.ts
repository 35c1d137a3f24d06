import { type FieldLines, firstValue } from '../fields.ts';

/** Whether JSON comes before text in the Accept field of a request, by the order of writing: nobody weighs error pages finer than that. */
export function prefersJson(requestFields: FieldLines): boolean {
  const accept = firstValue(requestFields, 'accept') ?? '';
  const json = accept.search(/application\/(?:[\w.-]+\+)?json/i);
  const text = accept.search(/text\/(?:plain|html|\*)/i);
  return json !== -1 && (text === -1 || json < text);
}
