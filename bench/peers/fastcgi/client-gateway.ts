import { existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type createClient from 'fastcgi-client';

/*
 * The gateway that one writes with node:http and the package fastcgi-client, as its README suggests: GET requests for
 * scripts below a root, a connection for each. Called with port, socket and root.
 */
const [port = '', socket = '', root = ''] = process.argv.slice(2);
const connector = createRequire(import.meta.url)('fastcgi-client') as typeof createClient.default;
const client = connector({ sockFile: socket, skipCheckServer: true });

client.once('ready', () => createServer(answer).listen(Number(port), '127.0.0.1'));

function answer(request: IncomingMessage, response: ServerResponse): void {
  const [path = '', query = ''] = request.url!.split('?');
  const file = join(root, path);
  if (!existsSync(file)) {
    response.writeHead(404).end();
    return;
  }
  client.request(variables(request, path, query, file), (error, call) => {
    if (error !== null) {
      response.writeHead(502).end();
      return;
    }
    const parts: Buffer[] = [];
    call.stderr.resume();
    call.stdout.on('data', (part: Buffer) => parts.push(part));
    call.stdout.on('end', () => send(Buffer.concat(parts), response));
    call.stdin.end();
  });
}

function variables(request: IncomingMessage, path: string, query: string, file: string) {
  return {
    QUERY_STRING: query,
    REQUEST_METHOD: request.method!,
    CONTENT_TYPE: '',
    CONTENT_LENGTH: '0',
    SCRIPT_FILENAME: file,
    SCRIPT_NAME: path,
    REQUEST_URI: request.url!,
    DOCUMENT_URI: path,
    DOCUMENT_ROOT: root,
    SERVER_PROTOCOL: `HTTP/${request.httpVersion}`,
    GATEWAY_INTERFACE: 'CGI/1.1',
    REMOTE_ADDR: request.socket.remoteAddress!,
    REMOTE_PORT: request.socket.remotePort!,
    SERVER_ADDR: request.socket.localAddress!,
    SERVER_PORT: request.socket.localPort!,
    SERVER_NAME: request.headers.host ?? '',
    REDIRECT_STATUS: 200,
  };
}

function send(output: Buffer, response: ServerResponse): void {
  const end = output.indexOf('\r\n\r\n');
  const lines = output.toString('latin1', 0, end).split('\r\n');
  const fields = lines.map(line => line.split(/:\s*/, 2) as [string, string]);
  const status = Number.parseInt(fields.find(([name]) => name === 'Status')?.[1] ?? '200', 10);
  response.writeHead(status, fields.filter(([name]) => name !== 'Status').flat());
  response.end(output.subarray(end + 4));
}
