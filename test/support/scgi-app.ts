import type { TestContext } from 'node:test';
import { backend } from './backend.ts';
import type { Peer } from './peer.ts';

/** The variables of a request, in the order in which they came. */
export type Variables = ReadonlyMap<string, string>;

/** A scripted SCGI application, and the requests that it was given. */
export interface ScgiApp {
  readonly url: string;
  readonly requests: readonly Variables[];
}

/** An SCGI application that says `ran SCRIPT_FILENAME`, or what it is told to, and closes; it is closed after the test. */
export async function scgiApp(t: TestContext, answer?: (variables: Variables) => string): Promise<ScgiApp> {
  const requests: Variables[] = [];
  const made = await backend(t, async connection => {
    const variables = await readVariables(connection);
    requests.push(variables);
    await connection.take(Number(variables.get('CONTENT_LENGTH')));
    connection.send(
      answer?.(variables) ?? `Content-Type: text/plain\r\n\r\nran ${variables.get('SCRIPT_FILENAME')}`,
    );
    connection.halfClose();
  });
  return { url: `scgi://127.0.0.1:${made.port}`, requests };
}

/** Reads the head of an SCGI request. */
export async function readVariables(connection: Peer): Promise<Variables> {
  const length = Number.parseInt(await connection.until(':'), 10);
  const words = (await connection.take(length + 1)).toString('latin1').slice(0, -2).split('\0');
  const variables = new Map<string, string>();
  for (let i = 0; i < words.length; i += 2) variables.set(words[i]!, words[i + 1]!);
  return variables;
}
