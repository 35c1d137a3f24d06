import assert from 'node:assert/strict';
import { metaVariables } from '../../../src/cgi/variables.ts';
import type { Application, BackendRequest } from '../../../src/protocol.ts';

const PLAIN: BackendRequest = {
  method: 'GET',
  target: '/',
  host: 'example.com',
  fields: '',
  bodyLength: 0,
  hasBody: false,
  upgrade: undefined,
  wantsTrailers: false,
  id: 'id',
  minor: 1,
  client: '192.0.2.1',
  ends: { remoteAddress: '192.0.2.1', remotePort: 4321, localAddress: '192.0.2.9', localPort: 8080 },
  secure: false,
  publicPort: 0,
  tls: null,
  script: null,
  scriptNames: null,
};

const USUAL: Application = {
  docroot: '',
  mount: '',
  variables: [],
  authorization: true,
  symlinks: 'yes',
  multiplex: 1,
};

/** A GET for `/` at example.com, but for what is said. */
export function requestOf(said: Partial<BackendRequest> = {}): BackendRequest {
  return { ...PLAIN, ...said };
}

/** An application without a document root, mount point and variables, but for what is said. */
export function applicationOf(said: Partial<Application> = {}): Application {
  return { ...USUAL, ...said };
}

/** Field lines, each with its end. */
export function fieldLines(...lines: string[]): string {
  return lines.map(line => `${line}\r\n`).join('');
}

/** The meta-variables by name; fails if one is there twice, or if the body's length is not the first. */
export function variablesOf(
  request: Partial<BackendRequest> = {},
  application: Partial<Application> = {},
): Readonly<Record<string, string | undefined>> {
  const list = metaVariables(requestOf(request), applicationOf(application));
  assert.equal(list[0], 'CONTENT_LENGTH');
  const variables: Record<string, string> = {};
  for (let i = 0; i < list.length; i += 2) {
    assert.ok(!(list[i]! in variables), `${list[i]} is there twice`);
    variables[list[i]!] = list[i + 1]!;
  }
  return variables;
}
