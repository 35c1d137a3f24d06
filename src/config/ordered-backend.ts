import { parseBackendUrl } from './backend-url.ts';
import { composeBackend } from './compose-tls.ts';
import type { BackendConfig } from './config.ts';
import { Misread, show } from './misread.ts';
import type { Composing } from './source.ts';

/** A backend as an order adds it: its files have absolute paths, are there, and fit together. Throws Misread. */
export function parseOrderedBackend(text: unknown): BackendConfig {
  const backend = parseBackendUrl(text);
  const { ca = '', cert = '', key = '' } = backend.tls ?? {};
  const relative = [ca, cert, key].find(file => file !== '' && !file.startsWith('/'));
  if (relative !== undefined) {
    throw new Misread(
      `the gateway may run in another directory: write the absolute path of ${show(relative)}`,
    );
  }
  const mistakes: Composing['mistakes'] = [];
  const path = ['backend'];
  const composing: Composing = { flags: new Set(path), given: new Set(path), fileName: undefined, mistakes };
  const composed = composeBackend({ value: backend, path }, composing);
  if (mistakes.length > 0) throw new Misread(mistakes.map(({ message }) => message).join('; '));
  return composed;
}
