import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { onlyThree } from '../transport/inherited-descriptors.ts';
import { keeper } from '../transport/keeper.ts';
import { environmentOf, expand, listensItself, type Place } from './environment.ts';
import { withListeningSocket } from './listening-socket.ts';
import type { Plan } from './plan.ts';

/**
 * Starts a process of an application, as the leader of a session of its own. A FastCGI application that is not told where
 * to listen finds its listening socket as descriptor 0 (FastCGI 1.0, 2.2). Rejects with the system's error.
 */
export async function launch(plan: Plan, place: Place): Promise<ChildProcess> {
  const child = begin(plan, place);
  if (child.pid === undefined) throw (await once(child, 'error'))[0];
  // Such as a signal that could not be sent; its end is heard of all the same.
  child.on('error', () => {});
  return child;
}

function begin(plan: Plan, place: Place): ChildProcess {
  if (!listensItself(plan.spawn)) {
    return withListeningSocket(place.path, plan.account, descriptor => start(plan, place, descriptor));
  }
  // What the process before has left would keep this one from listening.
  if (place.path !== '') rmSync(place.path, { force: true });
  return start(plan, place, 'ignore');
}

function start(plan: Plan, place: Place, input: number | 'ignore'): ChildProcess {
  const { spawn: settings, account, program } = plan;
  const [name = '', ...words] = settings.command;
  keeper.prepare();
  return spawn(
    program,
    words.map(word => expand(word, place)),
    {
      argv0: name,
      env: environmentOf(settings, account, place),
      stdio: onlyThree([input, 'pipe', 'pipe']),
      detached: true,
      ...(settings.directory === '' ? {} : { cwd: settings.directory }),
      ...(account === undefined ? {} : { uid: account.uid, gid: account.gid }),
    },
  );
}
