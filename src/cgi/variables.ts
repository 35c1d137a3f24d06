import { GatewayError } from '../errors.ts';
import type { FieldLines, Fields } from '../fields.ts';
import { quoted } from '../http1/refusal.ts';
import { pathOf, queryOf } from '../http1/target.ts';
import type { Application, BackendRequest, ScriptNames } from '../protocol.ts';
import { decodedPath } from './decoded-path.ts';
import { serverName } from './server-name.ts';
import { type SplitPath, splitAtMount } from './split-path.ts';
import { addTlsVariables } from './tls-variables.ts';
import { type FieldVariable, fieldVariable } from './variable-names.ts';

/** A segment that leads out of the directory it stands in. */
const UPWARDS = /(?:^|\/)\.\.(?:\/|$)/;

/** What a route that says nothing of a script has to say. */
const AS_THEY_ARE: ScriptNames = { docroot: '', scriptName: '', pathInfo: undefined };

/** The number of the request whose fields are looked at: it tells which variables have been met in this one. */
let round = 0;

/**
 * The meta-variables of a request as name, value, name, value, none of them twice and all latin1 (RFC 3875, 4.1):
 * CONTENT_LENGTH comes first, `0` without a body; the application's own variables replace those made here, but for that
 * one, which frames the body. Throws http_request_error for a path that cannot be told, or a body without a length.
 */
export function metaVariables(request: BackendRequest, application: Application): Fields {
  const list: string[] = ['CONTENT_LENGTH', String(bodyLength(request))];
  addRequest(list, request);
  addPath(list, request, application);
  addEnds(list, request);
  addFields(list, request.fields, application.authorization);
  if (application.variables.length !== 0) addOwn(list, application.variables);
  return list;
}

function bodyLength(request: BackendRequest): number {
  if (request.bodyLength !== undefined) return request.bodyLength;
  throw new GatewayError(
    'http_request_error',
    'request body of unknown length: applications of the CGI family have to be told it first; send Content-Length',
  );
}

function addRequest(list: string[], request: BackendRequest): void {
  const { target, secure } = request;
  list.push(
    'REQUEST_METHOD',
    request.method,
    'REQUEST_URI',
    target,
    'QUERY_STRING',
    queryOf(target),
    'GATEWAY_INTERFACE',
    'CGI/1.1',
    'SERVER_PROTOCOL',
    request.minor === 1 ? 'HTTP/1.1' : 'HTTP/1.0',
    'SERVER_SOFTWARE',
    'sluice',
    // php-cgi runs nothing without it: that is how it knows that no client called it by its own path.
    'REDIRECT_STATUS',
    '200',
    'REQUEST_SCHEME',
    secure ? 'https' : 'http',
  );
  if (secure) list.push('HTTPS', 'on');
  if (request.tls !== null) addTlsVariables(list, request.tls, request);
  if (request.host !== '') list.push('HTTP_HOST', request.host);
}

function addPath(list: string[], request: BackendRequest, application: Application): void {
  const { script } = request;
  const { docroot, scriptName, pathInfo } = request.scriptNames ?? AS_THEY_ARE;
  const { mount } = application;
  const root = docroot || application.docroot || (script === null ? '' : script.root);
  const split = script === null ? splitPath(request.target, scriptName, mount) : null;
  const file = scriptName === '' ? (script?.name ?? '') : belowMount(scriptName, mount);
  if (file !== '' && root !== '') list.push('SCRIPT_FILENAME', root + file);
  const info = pathInfo ?? (split === null ? script!.pathInfo : split.info);
  // An application without a script may go by an empty PATH_INFO, too.
  if (info === '' && script === null) list.push('PATH_INFO', '');
  addNames(list, scriptName || (split === null ? mount + file : split.script), info, root);
}

/** The path of a target, split after the name that the script was given, or else after the mount point. */
function splitPath(target: string, scriptName: string, mount: string): SplitPath {
  const path = decodedPath(pathOf(target));
  const split = scriptName === '' ? null : splitAtMount(path, scriptName);
  return split === null || split.script === '' ? splitAtMount(path, mount) : split;
}

/** The part of a script's name that names its file. */
function belowMount(name: string, mount: string): string {
  return mount !== '' && name.startsWith(`${mount}/`) ? name.slice(mount.length) : name;
}

function addNames(list: string[], name: string, info: string, root: string): void {
  list.push('SCRIPT_NAME', name, 'DOCUMENT_URI', name + info);
  if (info !== '') list.push('PATH_INFO', info);
  if (root === '') return;
  list.push('DOCUMENT_ROOT', root);
  if (info === '') return;
  if (UPWARDS.test(info)) {
    throw new GatewayError(
      'http_request_error',
      `request path ends in ${quoted(info)}: it may not lead out of the document root; leave out the '..'`,
    );
  }
  list.push('PATH_TRANSLATED', root + info);
}

function addEnds(list: string[], request: BackendRequest): void {
  const { client, ends } = request;
  const server = serverName(request);
  list.push('SERVER_NAME', server.name, 'SERVER_PORT', server.port, 'REMOTE_ADDR', client);
  if (ends.localAddress !== '') list.push('SERVER_ADDR', ends.localAddress);
  // Behind a trusted proxy the port is that proxy's, and no one knows the client's.
  if (ends.remotePort !== 0 && ends.remoteAddress === client)
    list.push('REMOTE_PORT', String(ends.remotePort));
}

function addFields(list: string[], lines: FieldLines, authorization: boolean): void {
  round++;
  for (let at = 0; at < lines.length; ) {
    const colon = lines.indexOf(':', at);
    const end = lines.indexOf('\r\n', colon);
    const variable = fieldVariable(lines.slice(at, colon));
    if (variable.name !== '' && (authorization || !variable.secret)) {
      addField(list, variable, lines.slice(colon + 2, end));
    }
    at = end + 2;
  }
}

/** The values of a repeated field are joined: none is lost, and none has the last word (RFC 3875, 4.1.18). */
function addField(list: string[], variable: FieldVariable, value: string): void {
  if (variable.round === round) {
    list[variable.index] += variable.separator + value;
    return;
  }
  const before = variable.kept ? -1 : indexOfName(list, variable.name);
  if (before !== -1) list[before + 1] += variable.separator + value;
  else {
    variable.index = list.push(variable.name, value) - 1;
    variable.round = round;
  }
}

function addOwn(list: string[], own: Fields): void {
  for (let i = 0; i < own.length; i += 2) {
    const at = indexOfName(list, own[i]!);
    // The body is framed by it, whatever the configuration says.
    if (at === 0) continue;
    if (at === -1) list.push(own[i]!, own[i + 1]!);
    else list[at + 1] = own[i + 1]!;
  }
}

function indexOfName(list: readonly string[], name: string): number {
  for (let i = 0; i < list.length; i += 2) if (list[i] === name) return i;
  return -1;
}
