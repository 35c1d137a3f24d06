import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import fastcgi from 'fastcgi-client';
import { now } from '../clock.ts';
import type { BackendConfig } from '../config/config.ts';
import { CgiAnswer } from './probe-cgi-answer.ts';
import { type Answer, type Question, TimedOut } from './probe-request.ts';
import { openTunnel } from './probe-tunnel.ts';
import { probeVariables, type ScriptPlace } from './probe-variables.ts';
import { passWholeRecords } from './whole-records.ts';

// The package's types speak of a module with a default export, which it is not.
const createClient = fastcgi as unknown as typeof fastcgi.default;

type Client = ReturnType<typeof createClient>;
type FcgiRequest = Parameters<Parameters<Client['request']>[1]>[1];

const DIALLED = 'net.client.socket';

/** Sends one request by fastcgi-client and reads the whole answer; rejects with TimedOut or what went wrong. */
export async function askFcgi(
  backend: BackendConfig,
  question: Question,
  place: ScriptPlace,
): Promise<Answer> {
  const startedAt = now();
  const elapsed = (): number => now() - startedAt;
  const answer = new CgiAnswer(question.shown, elapsed);
  const tunnel = backend.tls && (await openTunnel(backend, backend.tls, question.timeout));
  const client = await clientOf(tunnel === undefined ? backend : { ...backend, path: tunnel.path });
  const answered = new Promise<Answer>((resolve, reject) => {
    let fault: unknown;
    const socket = dialledBy(() => {
      client.request(probeVariables(question, place), (error, request) => {
        if (error !== null) settle(error);
        else talk(request, question, answer, settle);
      });
    });
    passWholeRecords(socket);
    socket.on('connect', () => answer.connected());
    socket.on('error', error => {
      fault ??= error;
    });
    const timer = setTimeout(() => {
      fault ??= new TimedOut(answer.phase);
      socket.destroy();
    }, question.timeout);
    const settle = (error?: unknown): void => {
      clearTimeout(timer);
      socket.destroy();
      if (fault !== undefined || error !== undefined) reject(fault ?? error);
      else answer.whole().then(resolve, reject);
    };
  });
  return answered.finally(() => tunnel?.close());
}

function clientOf(backend: BackendConfig): Promise<Client> {
  const sockFile = backend.path.replace(/^@/, '\0');
  // Asking for its limits first would be a request of its own, which not every application answers.
  const client = createClient({ host: backend.host, port: backend.port, sockFile, skipCheckServer: true });
  return new Promise(resolve => client.once('ready', () => resolve(client)));
}

/** The socket that a call opens: the library keeps it to itself, and with it why a connection failed. */
function dialledBy(call: () => void): Socket {
  let dialled: Socket | undefined;
  const see = (message: unknown): void => {
    dialled = (message as { socket: Socket }).socket;
  };
  subscribe(DIALLED, see);
  try {
    call();
  } finally {
    unsubscribe(DIALLED, see);
  }
  if (dialled === undefined) throw new Error('fastcgi-client has opened no connection');
  return dialled;
}

function talk(
  request: FcgiRequest,
  question: Question,
  answer: CgiAnswer,
  settle: (error?: unknown) => void,
): void {
  let open = 2;
  const ended = (): void => {
    if (--open > 0) return;
    const status = request.getExitStatus();
    settle(status instanceof Error ? status : undefined);
  };
  request.stdout.on('data', (bytes: Buffer) => answer.output(bytes)).on('end', ended);
  request.stderr.on('data', (bytes: Buffer) => answer.error(bytes)).on('end', ended);
  request.stdin.on('error', settle);
  // An empty write would be a record of its own, and end the input before its end.
  if (question.body) request.stdin.end(question.body);
  else request.stdin.end();
}
