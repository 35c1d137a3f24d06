const HTML: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** How a value that comes from a request is written into a body of that type, so that it stays a text there. */
export function escaping(type: string): (value: string) => string {
  if (/\b(?:html|xml)\b/i.test(type)) return inMarkup;
  if (/\bjson\b/i.test(type)) return inJson;
  return asItIs;
}

function inMarkup(value: string): string {
  return value.replace(/[&<>"']/g, sign => HTML[sign]!);
}

/** Inside of a string of JSON, whose quotation marks are there already. */
function inJson(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}

function asItIs(value: string): string {
  return value;
}
