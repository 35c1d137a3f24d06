import type { Question } from './probe-request.ts';

/** Where a script lies as the application sees it; both are empty where nothing was said. */
export interface ScriptPlace {
  readonly root: string;
  readonly script: string;
}

/** The variables of a request that is sent straight to an application (RFC 3875, 4.1). */
export function probeVariables(question: Question, place: ScriptPlace): Record<string, string> {
  const { method, path, body, fields } = question;
  const query = path.indexOf('?');
  return {
    REQUEST_METHOD: method,
    REQUEST_URI: path,
    QUERY_STRING: query < 0 ? '' : path.slice(query + 1),
    ...scriptVariables(path, place),
    CONTENT_LENGTH: String(Buffer.byteLength(body ?? '')),
    ...(body === undefined ? {} : { CONTENT_TYPE: 'application/x-www-form-urlencoded' }),
    GATEWAY_INTERFACE: 'CGI/1.1',
    SERVER_PROTOCOL: 'HTTP/1.1',
    SERVER_SOFTWARE: 'sluice-probe',
    SERVER_NAME: 'localhost',
    SERVER_ADDR: '127.0.0.1',
    SERVER_PORT: '80',
    REMOTE_ADDR: '127.0.0.1',
    REMOTE_PORT: '0',
    REQUEST_SCHEME: 'http',
    REDIRECT_STATUS: '200',
    HTTP_HOST: 'localhost',
    ...fieldVariables(fields),
  };
}

/** What tells the application which script to run. Without a root or a script the path stands for itself, as for PHP-FPM's `/ping`. */
export function scriptVariables(
  path: string,
  { root, script }: ScriptPlace,
): { SCRIPT_FILENAME: string; SCRIPT_NAME: string; DOCUMENT_ROOT: string } {
  const [requested] = path.split('?') as [string];
  const named = script === '' ? requested : script;
  const below = root !== '' && named.startsWith(`${root}/`) ? named.slice(root.length) : named;
  const name = below.startsWith('/') ? below : `/${below}`;
  return { SCRIPT_FILENAME: `${root}${name}`, SCRIPT_NAME: name, DOCUMENT_ROOT: root };
}

function fieldVariables(fields: Question['fields']): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [field, value] of fields) {
    const name = field.toUpperCase().replaceAll('-', '_');
    if (name === 'CONTENT_LENGTH') continue;
    const variable = name === 'CONTENT_TYPE' ? name : `HTTP_${name}`;
    const before = variables[variable];
    variables[variable] = before === undefined ? value : `${before}, ${value}`;
  }
  return variables;
}
