import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { latin1Path, systemName } from '../../src/cgi/file-lookup.ts';
import { GatewayError } from '../../src/errors.ts';
import type { BackendRequest, Destination, Script } from '../../src/protocol.ts';
import type { Program } from '../../src/transport/process-stream.ts';
import { environmentOf, systemText } from './environment.ts';
import { findScript } from './script.ts';

/** What a request runs: the program that the backend is, or a script of the directory that it is. Throws GatewayError. */
export function programOf(destination: Destination, request: BackendRequest): Program {
  const { path } = destination;
  return isDirectory(path)
    ? scriptOf(path.replace(/\/+$/, ''), destination, request)
    : fixed(destination, request);
}

function isDirectory(path: string): boolean {
  if (path.endsWith('/')) return true;
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch {
    // What is wrong with it will be said when it is to be run.
    return false;
  }
}

/** The script that the pool's document root came to, if it lies in the directory, else the one that the path names. */
function scriptOf(directory: string, { application }: Destination, request: BackendRequest): Program {
  const place = latin1Path(directory);
  const script = request.script ?? findScript(place, request.target, application);
  const file = script.root + script.name;
  if (!file.startsWith(`${place}/`)) {
    throw new GatewayError('not_found', `${file} is no script of the backend: it is not below ${directory}`);
  }
  checkExecutable(file);
  const environment = environmentOf(withScript(request, script), application);
  return { ...run(nameOf(file), file, environment, request), oneOfMany: true };
}

/** Throws forbidden for a latin1 path to a file that the gateway may not execute. */
function checkExecutable(file: string): void {
  try {
    accessSync(systemName(file), constants.X_OK);
  } catch (error) {
    throw new GatewayError('forbidden', `${file} may not be executed by the gateway; chmod +x it`, error);
  }
}

/** One program for all paths; with a document root it is an interpreter, and works where the script is. */
function fixed({ path, application }: Destination, request: BackendRequest): Program {
  const { script } = request;
  const environment = environmentOf(request, application);
  if (script !== null) return run(path, script.root + script.name, environment, request);
  environment['SCRIPT_FILENAME'] ??= path;
  return run(path, latin1Path(path), environment, request);
}

function run(
  file: string,
  script: string,
  environment: Program['environment'],
  request: BackendRequest,
): Program {
  return {
    file,
    directory: nameOf(dirname(script)),
    environment,
    inputBytes: request.bodyLength ?? 0,
    oneOfMany: false,
  };
}

/** A latin1 path as Node takes it for a program to run. */
function nameOf(path: string): string {
  const name = systemText(path);
  if (name !== undefined) return name;
  throw new GatewayError('not_found', `${path} cannot be run: its path is not UTF-8`);
}

/** The same request, with a script that the gateway does not know of. */
function withScript(request: BackendRequest, script: Script): BackendRequest {
  return Object.create(request, { script: { value: script, enumerable: true } }) as BackendRequest;
}
