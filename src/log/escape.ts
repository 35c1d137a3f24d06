const JSON_UNSAFE = /["\\\u0000-\u001f\u007f-\u009f]/;
const BEYOND_JSON = /[\u007f-\u009f]/g;
const COMBINED_UNSAFE = /[^\u0020-\u007e]|["\\]/g;
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;

/** How Apache writes the bytes that have a letter of their own; all other unprintable ones are `\xhh`. */
const LETTERS: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

/** A text as it stands between the quotes of a JSON string; every control character, C1 and DEL too, is escaped. */
export function jsonText(text: string): string {
  return JSON_UNSAFE.test(text) ? escapeControls(JSON.stringify(text).slice(1, -1)) : text;
}

/** Escapes what JSON leaves alone but a terminal may act upon. */
export function escapeControls(json: string): string {
  return json.replace(BEYOND_JSON, character => `\\u00${hex(character)}`);
}

/** A text between quotes as Apache's log writes it; empty ones are `-`. Latin1 only, anything else is `\xhh` of its UTF-8. */
export function combinedText(text: string): string {
  if (text === '') return '-';
  return text.replace(COMBINED_UNSAFE, character => LETTERS[character] ?? byteEscapes(character));
}

/** A text for people: control characters, which could drive a terminal, are `\xhh`. */
export function plainText(text: string): string {
  return text.replace(CONTROL, character => `\\x${hex(character)}`);
}

function byteEscapes(character: string): string {
  if (character.charCodeAt(0) < 256) return `\\x${hex(character)}`;
  return [...Buffer.from(character)].map(byte => `\\x${byte.toString(16)}`).join('');
}

function hex(character: string): string {
  return character.charCodeAt(0).toString(16).padStart(2, '0');
}
